import RateLimit
import Testing

@Suite struct QuotaFieldsTests {
    private func lines(_ decision: RateDecision, _ table: RuleTable, rule: Int, unixMilliseconds: Int64) -> String {
        text(decision, table.policyNames[rule], as: .lines, unixMilliseconds: unixMilliseconds)
    }

    private func text(
        _ decision: RateDecision, _ policy: [UInt8], as form: QuotaText.Form, unixMilliseconds: Int64
    ) -> String {
        var text = QuotaText(policy: policy, as: form)
        text.tell(decision, unixMilliseconds: unixMilliseconds)
        return String(decoding: text.bytes, as: UTF8.self)
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
            var text = QuotaText(policy: table.policyNames[rule], as: .literals)
            text.tell(decision, unixMilliseconds: 1_705_320_000_000)
            let expected = lines(decision, table, rule: rule, unixMilliseconds: 1_705_320_000_000)
            #expect(literals(text.bytes) == expected.lowercased())
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

    @Test(arguments: QuotaText.Form.allCases)
    func `a text that was changed says what a new one says`(form: QuotaText.Form) {
        var random = SplitMix(state: 7)
        let policy = RuleTable().policyNames[0]
        var kept = QuotaText(policy: policy, as: form)
        for step in 0..<20_000 {
            let limit = [5, 100, 12_345][random.below(97) == 0 ? random.below(3) : 1]
            let decision = RateDecision(
                isAllowed: true, limit: limit, remaining: random.below(121) - 10, periodSeconds: 60,
                resetMilliseconds: random.below(120_000))
            // Not all Unix times have ten digits.
            let now = Int64(step) * 100_000
            kept.tell(decision, unixMilliseconds: now)
            let expected = text(decision, policy, as: form, unixMilliseconds: now)
            #expect(String(decoding: kept.bytes, as: UTF8.self) == expected)
        }
    }

    /// Each row: Unix milliseconds, milliseconds until the reset, and what the fields say.
    @Test(arguments: [
        (now: Int64(1_000_000), left: 60_000, reset: "1060", wait: "60"),
        (now: 1_000_000, left: 59_001, reset: "1060", wait: "60"), (now: 1_000_999, left: 1, reset: "1001", wait: "1"),
        (now: 1_000_999, left: 2, reset: "1002", wait: "1"), (now: 1_000_500, left: 45_000, reset: "1046", wait: "45"),
        (now: 1_000_001, left: 0, reset: "1001", wait: "1"),
    ])
    func `weakness 23: who waits as told is served`(now: Int64, left: Int, reset: String, wait: String) {
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
