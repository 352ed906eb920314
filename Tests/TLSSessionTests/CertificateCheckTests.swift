import CTLS
import Testing

@testable import TLSSession

/// What is looked at before a certificate is shown to anybody.
@Suite struct CertificateCheckTests {
    private static let root = TestAuthority.root()
    private static let middle = TestAuthority(.init(isAuthority: true, commonName: "middle"), issuer: root)
    private static let leaf = TestAuthority(.init(names: ["a.example.com"]), issuer: middle)

    private func problem(_ chain: [UInt8], _ key: [UInt8]) -> CertificateError.Problem? {
        do throws(CertificateError) {
            _ = try CertificatePair(chainPath: "/chain", chain: chain, keyPath: "/key", key: key)
            return nil
        } catch {
            return error.problem
        }
    }

    @Test func `a chain in order with its key is good`() throws {
        let pair = try Self.leaf.pair()
        #expect(pair.names == ["a.example.com"])
        #expect(pair.kind == .ecdsa)
        #expect(problem(Self.leaf.chain + Self.root.pem, Self.leaf.keyPEM) == nil)
        #expect(problem(Self.leaf.pem, Self.leaf.keyPEM) == nil)
    }

    @Test func `a chain that is not in order is told`() {
        let key = Self.leaf.keyPEM
        #expect(problem(Self.leaf.pem + Self.root.pem + Self.middle.pem, key) == .order)
        #expect(problem(Self.leaf.pem + Self.root.pem, key) == .order)
        #expect(problem(Self.middle.pem + Self.leaf.pem, key) == .mismatch)
        let twin = TestAuthority(.init(isAuthority: true, commonName: "middle"), issuer: Self.root)
        #expect(problem(Self.leaf.pem + twin.pem, key) == .order)
    }

    @Test func `what is cut, empty or something else is no chain`() {
        let (chain, key) = (Self.leaf.chain, Self.leaf.keyPEM)
        #expect(problem([], key) == .chain)
        #expect(problem(key, key) == .chain)
        #expect(problem(Array(chain.dropLast(200)), key) == .chain)
        #expect(problem(Array(Self.leaf.pem.dropLast(40)), key) == .chain)
        #expect(problem(Array(repeating: Self.leaf.pem, count: 17).flatMap { $0 }, key) == .chain)
    }

    @Test func `a key that is missing, cut or another's is told`() {
        let chain = Self.leaf.chain
        #expect(problem(chain, []) == .key)
        #expect(problem(chain, Array(Self.leaf.keyPEM.dropLast(60))) == .key)
        #expect(problem(chain, Self.middle.keyPEM) == .mismatch)
        let locked = ["BEGIN", "END"].map { "-----\($0) ENCRYPTED PRIVATE KEY-----\n" }.joined(separator: "MIGj\n")
        #expect(problem(chain, Array(locked.utf8)) == .key)
    }

    @Test func `a weak key is refused`() {
        let weak = TestAuthority(.init(names: ["a.example.com"], key: .rsa(1024)), issuer: Self.root)
        #expect(problem(weak.pem, weak.keyPEM) == .weak)
        let strong = TestAuthority(.init(names: ["a.example.com"], key: .rsa(2048)), issuer: Self.root)
        #expect(problem(strong.pem, strong.keyPEM) == nil)
    }

    @Test func `the shortest of the chain's dates counts, a root's does not`() throws {
        let root = TestAuthority(.init(begin: -500, end: 500, isAuthority: true, commonName: "old root"))
        let middle = TestAuthority(.init(begin: -1000, end: 1000, isAuthority: true, commonName: "m"), issuer: root)
        let leaf = TestAuthority(.init(names: ["a.example.com"], begin: -2000, end: 2000), issuer: middle)
        let pair = try CertificatePair(
            chainPath: "/chain", chain: leaf.chain + root.pem, keyPath: "/key", key: leaf.keyPEM)
        #expect(pair.notAfter - pair.notBefore == 2000)
        #expect(pair.problem(at: pair.notBefore) == nil)
        #expect(pair.problem(at: pair.notAfter) == nil)
        #expect(pair.problem(at: pair.notAfter + 1)?.problem == .expired)
        #expect(pair.problem(at: pair.notBefore - 1)?.problem == .notYetValid)
    }

    @Test func `messages name the file and nothing of its content`() {
        for problem: CertificateError.Problem in [.chain, .key, .mismatch, .order, .weak, .expired] {
            let text = CertificateError(path: "/etc/tls/a.pem", problem: problem).description
            #expect(text.hasPrefix("/etc/tls/a.pem "))
            #expect(text.hasSuffix("."))
        }
    }
}
