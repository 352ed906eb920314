import ObjectStore
import S3
import Testing

@Suite struct ListingTests {
    private let shelf: Shelf
    private static let keys = ["a-b", "a/b", "a/c/d", "a0", "m/x", "m/y", "z", "é"]

    init() throws {
        shelf = try Shelf()
        for key in Self.keys.shuffled() { try shelf.put(key, key) }
    }

    @Test func `keys come in the order of their bytes`() throws {
        #expect(try shelf.list().entries.map(\.key) == Self.keys)
    }

    @Test(arguments: [
        ("", ["a-b", "a0", "z", "é"], ["a/", "m/"]),
        ("a", ["a-b", "a0"], ["a/"]),
        ("a/", ["a/b"], ["a/c/"]),
        ("m/x", ["m/x"], []),
        ("nothing", [], []),
        ("a//", [], []),
        ("../", [], []),
    ])
    func `a delimiter folds keys into common prefixes`(prefix: String, keys: [String], prefixes: [String]) throws {
        let page = try shelf.list(ListQuery(prefix: prefix, delimiter: "/"))
        #expect(page.entries.map(\.key) == keys)
        #expect(page.commonPrefixes == prefixes)
        #expect(page.next == nil)
    }

    @Test func `another delimiter is as good`() throws {
        let page = try shelf.list(ListQuery(delimiter: "-"))
        #expect(page.commonPrefixes == ["a-"])
        #expect(page.entries.count == 7)
    }

    @Test(arguments: [nil, "/"], 1...9)
    func `weakness 43: pages of any size add up to the whole`(delimiter: String?, size: Int) throws {
        let whole = try shelf.list(ListQuery(delimiter: delimiter))
        var query = ListQuery(delimiter: delimiter)
        query.keysMax = size
        var keys: [String] = []
        var prefixes: [String] = []
        var pages = 0
        repeat {
            let page = try shelf.list(query)
            #expect(page.entries.count + page.commonPrefixes.count <= size)
            keys += page.entries.map(\.key)
            prefixes += page.commonPrefixes
            query.after = page.next
            pages += 1
        } while query.after != nil && pages < 20
        #expect(keys == whole.entries.map(\.key))
        #expect(prefixes == whole.commonPrefixes)
    }

    @Test func `no keys at all can be asked for`() throws {
        var query = ListQuery()
        query.keysMax = 0
        #expect(try shelf.list(query) == ListingPage())
    }

    @Test(arguments: [("a/b", "a/c/d"), ("a/", "a/b"), ("a/c", "a/c/d"), ("l", "m/x"), ("m/xx", "m/y")])
    func `a listing starts after any name`(after: String, first: String) throws {
        #expect(try shelf.list(ListQuery(after: after)).entries.first?.key == first)
    }

    @Test func `buckets are counted`() throws {
        let bucket = try #require(try shelf.store.buckets().first)
        let counted = try shelf.store.count(bucket)
        #expect(counted.files == 8)
        #expect(counted.bytes == 22)
        #expect(try shelf.store.buckets().count == 1)
    }
}
