import TestSupport
import Testing

extension IntegrationTests {
    /// Who the client is: the operations guide's section on it, and what the gateway believes of whom.
    @Suite struct ClientIdentityTests {
        /// A connection's source and headers, and the client that the backend is told.
        struct Case: Sendable, CustomTestStringConvertible {
            let asked: String
            let told: String

            init(_ asked: String, _ told: String) {
                self.asked = asked
                self.told = told
            }

            var testDescription: String { asked }
        }

        /// The guide's three rows, first of all, as a tunnel on this machine meets them.
        static let cases = [
            Case("127.0.0.1|X-Forwarded-For: 203.0.113.9", "203.0.113.9"),
            Case("127.0.0.1|X-Real-IP: 203.0.113.9", "203.0.113.9"),
            Case("127.0.0.1", "127.0.0.1"),
            Case("127.0.0.1|X-Forwarded-For: 198.51.100.1, 203.0.113.9", "203.0.113.9"),
            Case("127.0.0.1|X-Forwarded-For: 198.51.100.1|X-Forwarded-For: 203.0.113.9", "203.0.113.9"),
            Case("127.0.0.1|X-Forwarded-For: 203.0.113.9, 10.1.2.3", "203.0.113.9"),
            // With every hop trusted it is the first address, as the guide says.
            Case("127.0.0.1|X-Forwarded-For: 10.1.2.3, 10.9.9.9, 127.0.0.1", "10.1.2.3"),
            Case("127.0.0.1|X-Forwarded-For: nonsense, 10.1.2.3", "::"),
            Case("127.0.0.1|X-Forwarded-For: 127.0.0.1", "::"),
            Case("127.0.0.1|X-Real-IP: ::1", "::"),
            Case("127.0.0.1|X-Forwarded-For: ::ffff:203.0.113.9", "203.0.113.9"),
            Case("127.0.0.1|X-Forwarded-For: fe80::1%eth0", "::"),
            Case("127.0.0.1|Forwarded: for=\"[2001:db8::9]:4711\";proto=https", "2001:db8::9"),
            Case("127.0.0.1|Forwarded: for=_hidden", "::"),
            Case("127.0.0.1|CF-Connecting-IP: 203.0.113.9", "::"),
            Case("127.0.0.7|X-Forwarded-For: 203.0.113.9", "127.0.0.7"),
            Case("127.0.0.7|X-Real-IP: 127.0.0.1", "127.0.0.7"),
            Case("127.0.0.7|Forwarded: for=203.0.113.9", "127.0.0.7"),
        ]

        @Test(arguments: ["plain", "sealed"])
        func `weakness 77: the client is found behind the hops that are trusted`(door: String) async throws {
            let seen = try await Installation.seen(
                by: "identity", ["told", door] + Self.cases.map(\.asked),
                settings: ["SIMPLETUNER_TRUSTED_PROXIES": "10.0.0.0/8"])
            for expected in Self.cases {
                #expect(seen[expected.asked]["client"] == .string(expected.told), "\(expected.asked)")
            }
        }

        /// The backend takes a client at 127.0.0.1 for the operator, so whoever is spoken for must not be called that.
        @Test func `nobody is trusted where the setting says so, and who is spoken for is not local`() async throws {
            let asked = "127.0.0.1|X-Forwarded-For: 203.0.113.9"
            let seen = try await Installation.seen(
                by: "identity", ["told", "plain", asked], settings: ["SIMPLETUNER_TRUSTED_PROXIES": "none"])
            #expect(seen[asked]["client"] == "::")
        }

        @Test func `the header of a tunnel is believed where it is asked for, and from who is trusted`() async throws {
            let cases = ["127.0.0.1", "127.0.0.7"].map { $0 + "|CF-Connecting-IP: 203.0.113.9" }
            let seen = try await Installation.seen(
                by: "identity", ["told", "plain"] + cases,
                settings: ["TUNERGATE_TRUSTED_CLIENT_HEADER": "CF-Connecting-IP"])
            #expect(seen[cases[0]]["client"] == "203.0.113.9")
            #expect(seen[cases[1]]["client"] == "127.0.0.7")
        }

        @Test func `a tunnel that ended TLS says so, a stranger may not`() async throws {
            let cases = ["127.0.0.1", "127.0.0.7"].map { $0 + "|X-Forwarded-For: 203.0.113.9|X-Forwarded-Proto: https" }
            let seen = try await Installation.seen(by: "identity", ["told", "plain"] + cases)
            let tunnel: JSON = [
                "client": "203.0.113.9", "scheme": "https", "forwarded": "for=203.0.113.9;proto=https",
            ]
            let stranger: JSON = ["client": "127.0.0.7", "scheme": "http", "forwarded": "for=127.0.0.7;proto=http"]
            let mixed = cases[0].replacing("X-Forwarded-Proto", with: "X-Forwarded-Proto: http|X-Forwarded-Proto")
            let doubted = try await Installation.seen(by: "identity", ["told", "plain", mixed])
            #expect(doubted[mixed]["scheme"] == "http")
            #expect(seen[cases[0]] == tunnel)
            #expect(seen[cases[1]] == stranger)
        }

        @Test(arguments: ["plain", "sealed", "frames"])
        func `of ten thousand forged identities none changes the client or reaches the backend`(
            door: String
        ) async throws {
            let seen = try await Installation.seen(by: "identity", ["forged", door, "3400", "20261125"])
            #expect(seen["seen"] == 3400)
            #expect(seen["answered"] == 3400)
            #expect(seen["changed"] == 0)
            #expect(seen["smuggled"] == 0)
        }
    }
}
