import NetworkAddress
import Testing

@testable import AuditTrail

@Suite struct AuditQueryTests {
    private static func query(_ text: String) throws(AuditQueryError) -> AuditQuery {
        let parameters = text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
        }
        // A stand-in for ISO 8601: `t5` is five milliseconds.
        return try AuditQuery(parameters: parameters) { $0.hasPrefix("t") ? Int64($0.dropFirst()) : nil }
    }

    private static func event(
        _ type: AuditEventType = .rateLimited, client: String? = "192.0.2.7", at milliseconds: Int64 = 5
    ) -> AuditEvent {
        var event = AuditEvent(id: ULID(bits: 1), type: type, at: milliseconds)
        event.client = client
        event.actor = "7"
        event.targetType = "endpoint"
        event.target = "/api/x"
        return event
    }

    /// Each row: a query, and whether it lets the event above through.
    @Test(arguments: [
        ("", true),
        ("event_type=rate_limited&limit=100", true),
        ("event_type=security.rate_limited", true),
        ("event_type=security.*", true),
        ("event_type=webhook_rejected,rate_limited", true),
        ("event_type=webhook_rejected&event_type=rate_limited", true),
        ("event_type=webhook_rejected", false),
        ("event_type=auth.*", false),
        ("actor=7", true), ("actor_id=7", true), ("actor=8", false),
        ("target=/api/x", true), ("target_id=/api/x", true), ("target=/api/y", false),
        ("target_type=endpoint", true), ("target_type=job", false),
        ("since=t5", true), ("since=t6", false), ("until=t5", true), ("until=t4", false),
        ("cidr=192.0.2.0/24", true), ("ip=192.0.2.7", true), ("cidr=192.0.3.0/24", false), ("cidr=::/0", false),
        ("cidr=::ffff:192.0.2.0/120", true),
    ])
    func `a filter lets through what it names`(text: String, passes: Bool) throws {
        #expect(try Self.query(text).matches(Self.event()) == passes)
    }

    @Test func `an event without an address, or with none that can be read, is in no range`() throws {
        let query = try Self.query("cidr=0.0.0.0/0")
        #expect(!query.matches(Self.event(client: nil)))
        #expect(!query.matches(Self.event(client: "unix")))
        #expect(query.matches(Self.event()))
    }

    @Test func `a page has 50 entries and begins with the newest, unless told otherwise`() throws {
        let query = try Self.query("")
        #expect(query.limit == 50 && query.offset == 0 && query.types == nil)
        let other = try Self.query("limit=500&offset=1000")
        #expect(other.limit == 500 && other.offset == 1000)
    }

    /// Each row: a query, and the parameter that is refused.
    @Test(arguments: [
        ("event_type=rate_limted", "event_type"), ("event_type=", "event_type"), ("event_type=,", "event_type"),
        ("event_type=*", "event_type"), ("event_type=nothing.*", "event_type"), ("event_type=a%20b", "event_type"),
        ("event_type=rate_limited,", "event_type"),
        ("limit=0", "limit"), ("limit=501", "limit"), ("limit=-1", "limit"), ("limit=+5", "limit"),
        ("limit=5.0", "limit"), ("limit=99999999999999999999", "limit"), ("limit=", "limit"),
        ("offset=-1", "offset"), ("offset=x", "offset"), ("offset=1000000001", "offset"),
        ("since=yesterday", "since"), ("until=now", "until"), ("since=t6&until=t5", "until"),
        ("cidr=10.0.0.0/33", "cidr"), ("ip=example.org", "ip"), ("cidr=10.0.0.1/8/8", "cidr"),
        ("actor=1&actor=2", "actor"), ("actor=1&actor_id=1", "actor_id"), ("actor=", "actor"),
        ("unknown=1", "unknown"), ("Actor=1", "Actor"), ("since=2024-1-15", "since"), ("until=2024-01-1x", "until"),
    ])
    func `a parameter that cannot be used is named`(text: String, parameter: String) {
        let error = #expect(throws: AuditQueryError.self) { try Self.query(text) }
        #expect(error?.parameter == parameter)
        #expect(error?.reason.isEmpty == false)
    }

    @Test func `a date is its whole day`() throws {
        var asked: [String] = []
        let query = try AuditQuery(parameters: [("since", "2024-01-15"), ("until", "2024-01-15")]) { text in
            asked.append(text)
            return Int64(asked.count)
        }
        #expect(asked == ["2024-01-15T00:00:00Z", "2024-01-15T23:59:59.999Z"])
        #expect(query.since == 1 && query.until == 2)
    }

    @Test func `a value of any length is refused in few words`() {
        let error = #expect(throws: AuditQueryError.self) {
            try Self.query("event_type=" + String(repeating: "\u{1b}", count: 500))
        }
        #expect(error?.reason == "There is no event type of that spelling; see /api/audit/types.")
        let long = #expect(throws: AuditQueryError.self) {
            try Self.query("actor=" + String(repeating: "a", count: 513))
        }
        #expect(long?.parameter == "actor")
        let name = #expect(throws: AuditQueryError.self) { try Self.query(String(repeating: "a", count: 500) + "=1") }
        #expect(name?.parameter.count == 64)
    }
}

@Suite struct AddressKeyTests {
    @Test(arguments: [
        "0.0.0.0/0", "10.0.0.0/8", "192.0.2.0/24", "192.0.2.7/32", "::/0", "2001:db8::/32", "2001:db8::1/128", "::/80",
        "128.0.0.0/1", "ffff::/16",
    ])
    func `a range of keys holds what its block holds`(text: String) throws {
        let block = try #require(CIDRBlock(text))
        let range = AddressKey.range(of: block)
        for text in [
            "0.0.0.0", "9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0", "192.0.1.255", "192.0.2.0",
            "192.0.2.7",
            "192.0.2.255", "192.0.3.0", "255.255.255.255", "::", "::1", "2001:db7:ffff::", "2001:db8::", "2001:db8::1",
            "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        ] {
            let address = try #require(IPAddress(text))
            let key = AddressKey(address)
            #expect(range.contains(key) == block.contains(address), "\(address) in \(block)")
            let isWithinBytes =
                !key.bytes.lexicographicallyPrecedes(range.lowerBound.bytes)
                && !range.upperBound.bytes.lexicographicallyPrecedes(key.bytes)
            #expect(isWithinBytes == range.contains(key))
            #expect(key.bytes.count == 17)
        }
    }
}
