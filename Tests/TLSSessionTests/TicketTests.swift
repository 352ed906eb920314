import CTLS
import Testing

@testable import TLSSession

/// Session tickets: what they are good for, and what not.
@Suite struct TicketTests {
    private static let clients = TestAuthority.root("clients")
    private static let versions = [Int32(TLS1_2_VERSION), Int32(TLS1_3_VERSION)]

    private func demands(_ name: String) throws -> [ClientAuthority] {
        [try ClientAuthority(name: name, path: "/ca", pem: Self.clients.pem)]
    }

    private func client() -> TestAuthority {
        TestAuthority(.init(commonName: "client"), issuer: Self.clients)
    }

    @Test(arguments: versions)
    func `a ticket resumes, also after the certificates were changed`(version: Int32) throws {
        let tickets = TicketKeys()
        let old = try HandshakeTests.context(tickets: tickets)
        // A client may use a ticket of TLS 1.3 once.
        func ticket() throws -> TestClient.Ticket {
            let full = TestClient.connect(to: old, .init(version: version))
            #expect(full.server?.isResumed == false)
            return try #require(full.tickets.last)
        }
        let again = TestClient.connect(to: old, .init(version: version, ticket: try ticket()))
        #expect(again.server?.isResumed == true)
        #expect(again.server?.serverName == "a.example.com")
        if version == TLS1_3_VERSION { #expect(!again.tickets.isEmpty) }
        let renewed = [HandshakeTests.leaf("a.example.com"), HandshakeTests.second]
        let swapped = try HandshakeTests.context(renewed, tickets: tickets)
        let later = TestClient.connect(to: swapped, .init(version: version, ticket: try ticket()))
        #expect(later.server?.isResumed == true)
        #expect(later.answer == "hello")
        let stranger = try HandshakeTests.context(renewed)
        let full = TestClient.connect(to: stranger, .init(version: version, ticket: try ticket()))
        #expect(full.server?.isResumed == false)
        #expect(full.shown == "a.example.com")
    }

    @Test(arguments: versions)
    func `a ticket of one name is no use for another`(version: Int32) throws {
        let context = try HandshakeTests.context()
        let first = TestClient.connect(to: context, .init(name: "a.example.com", version: version))
        let ticket = try #require(first.tickets.last)
        let other = TestClient.connect(
            to: context, .init(name: "b.example.com", version: version, ticket: ticket))
        #expect(other.server?.isResumed == false)
        #expect(other.shown == "b.example.com")
    }

    @Test(arguments: versions)
    func `a name may ask its clients for a certificate`(version: Int32) throws {
        let context = try HandshakeTests.context(authorities: try demands("b.example.com"))
        func connect(_ name: String, _ certificate: TestAuthority?) -> TestClient.Outcome {
            TestClient.connect(to: context, .init(name: name, version: version, certificate: certificate))
        }
        #expect(connect("a.example.com", nil).server != nil)
        #expect(connect("b.example.com", nil).server == nil)
        #expect(connect("b.example.com", client()).server != nil)
        let stranger = TestAuthority(.init(commonName: "client"), issuer: TestAuthority.root("others"))
        #expect(connect("b.example.com", stranger).server == nil)
        let expired = TestAuthority(.init(begin: -7200, end: -3600, commonName: "client"), issuer: Self.clients)
        #expect(connect("b.example.com", expired).server == nil)
    }

    @Test(arguments: versions)
    func `a ticket does not get around the demand for a certificate`(version: Int32) throws {
        let tickets = TicketKeys()
        let open = try HandshakeTests.context(tickets: tickets)
        let context = try HandshakeTests.context(authorities: try demands("b.example.com"), tickets: tickets)
        for (origin, name) in [(context, "a.example.com"), (open, "b.example.com"), (open, "a.example.com")] {
            let ticket = try #require(
                TestClient.connect(to: origin, .init(name: name, version: version)).tickets.last)
            let wish = TestClient.Wish(name: "b.example.com", version: version, ticket: ticket)
            #expect(TestClient.connect(to: context, wish).server == nil)
        }
        let known = TestClient.connect(
            to: context, .init(name: "b.example.com", version: version, certificate: client()))
        let again = TestClient.connect(
            to: context,
            .init(name: "b.example.com", version: version, certificate: client(), ticket: known.tickets.last))
        #expect(again.server?.isResumed == true)
    }

    @Test func `a host that asks for a certificate is not reached by another name's session`() throws {
        let context = try HandshakeTests.context(authorities: try demands("b.example.com"))
        func hosts(_ session: TLSSession?) -> [Bool] {
            ["a.example.com", "b.example.com", "B.example.com", "x.example.net", "[::1]"].map { host in
                let bytes = Array(host.utf8)
                return session?.mayServe(host: bytes.span) ?? false
            }
        }
        let plain = TestClient.connect(to: context, .init(name: "a.example.com"))
        #expect(hosts(plain.server) == [true, false, false, true, true])
        let proven = TestClient.connect(to: context, .init(name: "b.example.com", certificate: client()))
        #expect(hosts(proven.server) == [true, true, true, true, true])
        let open = TestClient.connect(to: try HandshakeTests.context())
        #expect(hosts(open.server) == [true, true, true, true, true])
    }

    @Test func `a key seals for twelve hours and opens for twelve more`() {
        var ring = TicketKeyRing()
        var made: UInt8 = 0
        func random(_ count: Int) -> [UInt8] {
            made += 1
            return Array(repeating: made, count: count)
        }
        let hour: Int64 = 3600 * 1000
        let first = ring.current(now: 0, random: random)
        #expect(ring.current(now: 12 * hour - 1, random: random) == first)
        let second = ring.current(now: 12 * hour, random: random)
        #expect(second != first)
        let name = Array(first.material.prefix(16))
        #expect(ring.find(name.span, now: 12 * hour - 1).map { $0.isOld } == false)
        #expect(ring.find(name.span, now: 24 * hour - 1).map { $0.isOld } == true)
        #expect(ring.find(name.span, now: 24 * hour).map { $0.isOld } == nil)
        let newer = Array(second.material.prefix(16))
        #expect(ring.find(newer.span, now: 24 * hour - 1).map { $0.key } == second)
        #expect(ring.find([1, 2, 3].span, now: 0).map { $0.isOld } == nil)
        #expect(made == 2)
    }
}
