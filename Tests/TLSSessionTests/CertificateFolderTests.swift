import Testing

@testable import TLSSession

@Suite struct CertificateFolderTests {
    private func pairs(_ names: [String], withKeys: Set<String> = []) -> [String] {
        CertificateFolder.pairs(in: "/f", names: names, holdsKey: withKeys.contains).map {
            String($0.chainPath.dropFirst(3)) + " " + $0.keyPath.dropFirst(3)
        }
    }

    @Test func `pairs are found by their names, the default first`() {
        #expect(pairs(["b.crt", "b.key", "a.crt", "a.key"]) == ["a.crt a.key", "b.crt b.key"])
        #expect(pairs(["a.crt", "a.key", "default.crt", "default.key"]) == ["default.crt default.key", "a.crt a.key"])
        #expect(pairs(["..data", "..2026_1", "tls.crt", "tls.key", "ca.crt"]) == ["tls.crt tls.key"])
        #expect(pairs(["a.pem", "a-key.pem", "b.pem", "b.key"]) == ["a.pem a-key.pem", "b.pem b.key"])
        #expect(
            pairs(["README", "cert.pem", "chain.pem", "fullchain.pem", "privkey.pem"]) == ["fullchain.pem privkey.pem"])
        #expect(pairs(["both.pem", "ca.pem"], withKeys: ["/f/both.pem"]) == ["both.pem both.pem"])
        #expect(pairs(["a.crt", ".b.crt", ".b.key", "c.key"]).isEmpty)
        #expect(CertificateFolder.subfolders(among: ["b", "default", "..data", "a"]) == ["default", "a", "b"])
    }

    @Test func `the trail of a path has the folder of every link and of the file`() {
        let links = [
            "/tls/tls.crt": "..data/tls.crt", "/tls/..data": "..1", "/live/a/x.pem": "../../archive/a/x1.pem",
            "/etc/ours": "/tls", "/loop": "/loop",
        ]
        let missing: Set = ["/none"]
        func trail(_ path: String) -> [String] {
            FileTrail.folders(of: path, link: { links[$0] }, exists: { !missing.contains($0) }).sorted()
        }
        #expect(trail("/a/b.crt") == ["/a"])
        #expect(trail("/tls/tls.crt") == ["/tls", "/tls/..1"])
        #expect(trail("/live/a/x.pem") == ["/archive/a", "/live/a"])
        #expect(trail("/etc/ours/tls.crt") == ["/etc", "/tls", "/tls/..1"])
        #expect(trail("/none/a/b") == ["/"])
        #expect(trail("/tls/.") == ["/tls"])
        #expect(trail("/etc/ours/.") == ["/etc", "/tls"])
        #expect(trail("/loop/x") == ["/", "/loop"])
    }
}
