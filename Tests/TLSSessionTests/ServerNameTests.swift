import Testing

@testable import TLSSession

@Suite struct ServerNameTests {
    @Test(arguments: [
        ("a.example.com", "a.example.com"), ("A.EXAMPLE.Com.", "a.example.com"), ("localhost", "localhost"),
        ("_x.example.com", "_x.example.com"), ("", nil), (".", nil), ("a..b", nil), ("a b", nil),
        ("*.example.com", nil),
        ("a/../b", nil), ("ä.example.com", nil), ("[::1]", nil), (String(repeating: "a", count: 64), nil),
        (String(repeating: "a.", count: 127) + "a", nil),
    ])
    func `a name is compared in lower case and without the root's dot`(text: String, normal: String?) {
        #expect(ServerName.normal(Array(text.utf8)) == normal)
    }

    @Test(arguments: [
        ("*.example.com", "*.example.com"), ("*.COM", nil), ("*", nil), ("a*.example.com", nil),
        ("*.*.example.com", nil), ("a.*.example.com", nil),
    ])
    func `a certificate's pattern is one star for one label`(text: String, normal: String?) {
        #expect(ServerName.normal(Array(text.utf8), mayBePattern: true) == normal)
    }

    private func table(_ candidates: [([String], KeyKind)], _ authorities: [String] = []) -> SiteTable {
        SiteTable(candidates.map { .init(names: $0.0, kind: $0.1) }, authorities: authorities)
    }

    private func site(_ table: SiteTable, _ name: String) -> SiteTable.Site {
        table.sites[table.index(of: name)]
    }

    @Test func `an exact name goes before a pattern, and a pattern covers one label`() {
        let table = table([(["x.test"], .rsa), (["*.example.com"], .rsa), (["a.example.com"], .rsa)])
        #expect(site(table, "a.example.com").pairs == [2])
        #expect(site(table, "b.example.com").pairs == [1])
        #expect(site(table, "a.b.example.com").pairs == [0])
        #expect(site(table, "example.com").pairs == [0])
        #expect(table.sites.count == 3)
    }

    @Test func `each kind of key is there once, the cheap one first, and the earlier pair counts`() {
        let table = table([
            (["a.test"], .rsa), (["a.test"], .ecdsa), (["a.test"], .ecdsa), (["*.test"], .ed25519),
            (["b.test"], .ecdsa),
        ])
        #expect(site(table, "a.test").pairs == [1, 3, 0])
        #expect(site(table, "b.test").pairs == [4, 3])
        #expect(site(table, "c.test").pairs == [3])
        #expect(table.sites[0].pairs == [1, 0])
    }

    @Test func `a demand for client certificates holds for its name and for no other`() {
        let pairs: [([String], KeyKind)] = [(["*.test"], .ecdsa), (["open.test"], .ecdsa)]
        let one = table(pairs, ["secret.test"])
        #expect(site(one, "secret.test") == .init(pairs: [0], authority: 0))
        #expect(site(one, "open.test") == .init(pairs: [1], authority: nil))
        #expect(site(one, "other.test") == .init(pairs: [0], authority: nil))
        let all = table(pairs, ["other.example", "*.test"])
        #expect(site(all, "open.test") == .init(pairs: [1], authority: 1))
        #expect(site(all, "secret.test") == .init(pairs: [0], authority: 1))
        #expect(site(all, "other.example") == .init(pairs: [0], authority: 0))
        #expect(all.sites[0].authority == nil)
    }
}
