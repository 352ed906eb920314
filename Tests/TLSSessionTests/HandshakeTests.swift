import CTLS
import CTLSClient
import Testing

@testable import TLSSession

/// Handshakes in memory between the library's client and our sessions.
@Suite struct HandshakeTests {
    static let root = TestAuthority.root()

    static func leaf(_ name: String, names: [String]? = nil, key: TestKey = .ec) -> TestAuthority {
        TestAuthority(.init(names: names ?? [name], key: key, commonName: name), issuer: root)
    }

    static let first = leaf("a.example.com")
    static let firstRSA = TestAuthority(
        .init(names: ["a.example.com"], key: .rsa(2048), commonName: "a with RSA"), issuer: root)
    static let second = leaf("b.example.com")
    static let wild = leaf("wild", names: ["*.example.net"])

    static func context(
        _ leaves: [TestAuthority] = [first, firstRSA, second, wild], authorities: [ClientAuthority] = [],
        protocols: [ApplicationProtocol] = [.http2, .http1], tickets: TicketKeys = TicketKeys()
    ) throws -> TLSContext {
        TLSContext(
            pairs: try leaves.map { try $0.pair() }, authorities: authorities, protocols: protocols, tickets: tickets)
    }

    @Test(arguments: [
        ("a.example.com", "a.example.com"), ("A.Example.COM", "a.example.com"), ("b.example.com", "b.example.com"),
        ("x.example.net", "wild"), ("x.y.example.net", "a.example.com"), ("example.net", "a.example.com"),
        ("other.example.org", "a.example.com"),
    ])
    func `the name that a client asks for chooses the certificate`(name: String, shown: String) throws {
        let outcome = TestClient.connect(to: try Self.context(), .init(name: name))
        #expect(outcome.shown == shown)
        #expect(outcome.answer == "hello")
        #expect(outcome.server?.serverName?.lowercased() == name.lowercased())
    }

    @Test func `a client that asks for no name gets the default certificate`() throws {
        let outcome = TestClient.connect(to: try Self.context(), .init(name: nil))
        #expect(outcome.shown == "a.example.com")
        #expect(outcome.server?.serverName == nil)
    }

    @Test(arguments: [Int32(TLS1_2_VERSION), Int32(TLS1_3_VERSION)])
    func `a client that cannot verify ECDSA is shown the RSA certificate`(version: Int32) throws {
        let context = try Self.context([Self.firstRSA, Self.first])
        let rsa = "rsa_pss_rsae_sha256:rsa_pkcs1_sha256"
        let old = TestClient.connect(to: context, .init(version: version, signatures: rsa))
        #expect(old.shown == "a with RSA")
        let both = TestClient.connect(
            to: context, .init(version: version, signatures: rsa + ":ecdsa_secp256r1_sha256"))
        #expect(both.shown == "a.example.com")
        let none = TestClient.connect(
            to: try Self.context([Self.first]), .init(version: version, signatures: rsa))
        #expect(none.server == nil)
    }

    @Test func `versions before 1.2 are refused`() throws {
        for version in [TLS1_VERSION, TLS1_1_VERSION] {
            let outcome = TestClient.connect(to: try Self.context(), .init(version: Int32(version)))
            #expect(outcome.server == nil)
            let alert = outcome.alert?.lowercased().split(separator: "_").joined(separator: " ")
            #expect(alert?.contains("protocol version") == true)
        }
        let current = TestClient.connect(to: try Self.context())
        #expect(current.server?.protocolVersion == .tls13)
        let older = TestClient.connect(to: try Self.context(), .init(version: Int32(TLS1_2_VERSION)))
        #expect(older.server?.protocolVersion == .tls12)
    }

    @Test(arguments: [
        ("ECDHE-ECDSA-AES128-GCM-SHA256", true), ("ECDHE-ECDSA-AES256-GCM-SHA384", true),
        ("ECDHE-ECDSA-CHACHA20-POLY1305", true), ("ECDHE-RSA-AES128-GCM-SHA256", true),
        ("ECDHE-RSA-CHACHA20-POLY1305", true), ("ECDHE-RSA-AES256-GCM-SHA384", true),
        ("ECDHE-ECDSA-AES128-SHA", false), ("ECDHE-RSA-AES128-SHA", false), ("ECDHE-RSA-AES256-SHA", false),
        ("AES128-GCM-SHA256", false), ("AES128-SHA", false),
    ])
    func `TLS 1.2 takes suites with forward secrecy and AEAD only`(suite: String, isServed: Bool) throws {
        let outcome = TestClient.connect(
            to: try Self.context(), .init(version: Int32(TLS1_2_VERSION), suites: suite))
        #expect(outcome.suite == (isServed ? suite : nil))
        #expect((outcome.server != nil) == isServed)
    }

    @Test(arguments: [
        (["h2", "http/1.1"], "h2", ApplicationProtocol.http2), (["http/1.1", "h2"], "h2", .http2),
        (["http/1.1"], "http/1.1", .http1), ([], "", .http1), (["spdy/3", "http/1.1"], "http/1.1", .http1),
    ])
    func `the server's order chooses the protocol`(
        offered: [String], selected: String, negotiated: ApplicationProtocol
    ) throws {
        for version in [Int32(TLS1_2_VERSION), 0] {
            let outcome = TestClient.connect(
                to: try Self.context(), .init(version: version == 0 ? nil : version, protocols: offered))
            #expect(outcome.selected == selected)
            #expect(outcome.server?.negotiated == negotiated)
        }
    }

    @Test func `a client that offers only unknown protocols is told so`() throws {
        let outcome = TestClient.connect(to: try Self.context(), .init(protocols: ["h3", "acme-tls/1"]))
        #expect(outcome.server == nil)
        let alert = try #require(outcome.alert)
        #expect(alert.lowercased().contains("no_application_protocol") || alert.contains("no application protocol"))
    }

    @Test func `the default policy speaks only what it was given`() throws {
        let outcome = TestClient.connect(
            to: try Self.context(protocols: [.http1]), .init(protocols: ["h2", "http/1.1"]))
        #expect(outcome.selected == "http/1.1")
    }

    @Test func `a client without our groups is refused, and one with the hybrid group gets it`() throws {
        #expect(TestClient.connect(to: try Self.context(), .init(groups: "P-521")).server == nil)
        #expect(TestClient.connect(to: try Self.context(), .init(groups: "P-256")).server != nil)
        guard hasHybridGroup else { return }
        #expect(TestClient.connect(to: try Self.context(), .init(groups: "X25519MLKEM768")).server != nil)
    }

    private var hasHybridGroup: Bool {
        let context = SSL_CTX_new(TLS_method())
        defer {
            SSL_CTX_free(context)
            ERR_clear_error()
        }
        return context.map { ctls_test_set_groups($0, "X25519MLKEM768") } ?? false
    }
}
