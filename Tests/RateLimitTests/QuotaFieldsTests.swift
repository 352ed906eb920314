import RateLimit
import Testing

@Suite struct QuotaFieldsTests {
    private func lines(_ decision: RateDecision, _ table: RuleTable, rule: Int, unixMilliseconds: Int64) -> String {
        var text: [UInt8] = []
        QuotaFields.append(
            decision, policy: table.policyNames[rule], as: .lines, unixMilliseconds: unixMilliseconds, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// As HPACK has them, told apart by their lengths (RFC 7541, section 6.2.2), and put into lines.
    private func literals(_ bytes: [UInt8]) -> String {
        var (text, rest) = ("", bytes[...])
        func takeString() -> String {
            let length = Int(rest.removeFirst())
            defer { rest = rest.dropFirst(length) }
            return String(decoding: rest.prefix(length), as: UTF8.self)
        }
        while let mark = rest.popFirst() {
            #expect(mark == 0)
            text += takeString() + ": "
            text += takeString() + "\r\n"
        }
        return text
    }

    @Test(arguments: [0, 1, 9, 10, 99, 100, 12_345, 1_000_000_000])
    func `literals say the same as lines, by small letters`(number: Int) {
        let decision = RateDecision(
            isAllowed: true, limit: number, remaining: number, periodSeconds: 86_400, resetMilliseconds: 86_400_000)
        let table = RuleTable()
        for rule in table.rules.indices {
            var bytes: [UInt8] = []
            QuotaFields.append(
                decision, policy: table.policyNames[rule], as: .literals, unixMilliseconds: 1_705_320_000_000,
                to: &bytes
            )
            let expected = lines(decision, table, rule: rule, unixMilliseconds: 1_705_320_000_000)
            #expect(literals(bytes) == expected.lowercased())
        }
    }

    @Test func `the fields say what is left, by the guide's names and by the standard's`() {
        let decision = RateDecision(
            isAllowed: true, limit: 5, remaining: 4, periodSeconds: 60, resetMilliseconds: 44_001)
        #expect(
            lines(decision, RuleTable(), rule: 0, unixMilliseconds: 1_705_320_000_000) == """
                X-RateLimit-Limit: 5\r\nX-RateLimit-Remaining: 4\r\nX-RateLimit-Reset: 1705320045\r\n\
                RateLimit-Policy: "login";q=5;w=60\r\nRateLimit: "login";r=4;t=45\r\n
                """)
    }

    @Test func `without a rule they are those of the default`() {
        let decision = RateDecision(
            isAllowed: true, limit: 100, remaining: 95, periodSeconds: 60, resetMilliseconds: 44_001)
        var text: [UInt8] = []
        QuotaFields.append(decision, as: .lines, unixMilliseconds: 1_705_320_000_000, to: &text)
        let expected = lines(
            decision, RuleTable(), rule: RuleTable().rules.count - 1, unixMilliseconds: 1_705_320_000_000)
        #expect(String(decoding: text, as: UTF8.self) == expected)
        #expect(expected.contains("X-RateLimit-Reset: 1705320045\r\n"))
    }

    /// Each row: Unix milliseconds, milliseconds until the reset, and what the fields say.
    @Test(arguments: [
        (now: Int64(1_000_000), left: 60_000, reset: "1060", wait: "60"),
        (now: 1_000_000, left: 59_001, reset: "1060", wait: "60"), (now: 1_000_999, left: 1, reset: "1001", wait: "1"),
        (now: 1_000_999, left: 2, reset: "1002", wait: "1"), (now: 1_000_500, left: 45_000, reset: "1046", wait: "45"),
        (now: 1_000_001, left: 0, reset: "1001", wait: "1"),
    ])
    func `who waits as told is served`(now: Int64, left: Int, reset: String, wait: String) {
        let decision = RateDecision(
            isAllowed: false, limit: 100, remaining: 0, periodSeconds: 60, resetMilliseconds: left)
        let name = Array("\"x\"".utf8)
        let values = QuotaFields.Field.allCases.map { field in
            var bytes: [UInt8] = []
            QuotaFields.append(field, of: decision, policy: name, unixMilliseconds: now, to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(values == ["100", "0", reset, "\"x\";q=100;w=60", "\"x\";r=0;t=\(wait)", wait])
        #expect(
            QuotaFields.Field.allCases.map { "\($0.name)" } == [
                "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit-Policy", "RateLimit",
                "Retry-After",
            ])
    }

    @Test func `a name is a structured string`() throws {
        let rule = RateRule(
            patterns: [try RulePattern("/x")], calls: 1, periodSeconds: 1, methods: [], reason: "", name: "a\"\\ä\n")
        let name = RuleTable(custom: [rule]).policyNames[0]
        #expect(String(decoding: name, as: UTF8.self) == #""a\"\\???""#)
    }
}
