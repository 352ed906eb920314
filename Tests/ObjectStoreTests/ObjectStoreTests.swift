import Foundation
import S3
import Testing

@testable import ObjectStore

@Suite struct ObjectStoreTests {
    private let shelf: Shelf

    init() throws { shelf = try Shelf() }

    @Test func `an object is a plain file with its metadata beside the bytes`() throws {
        try shelf.put("m/a b.txt", "hello")
        #expect(try String(contentsOfFile: shelf.path("m/a b.txt"), encoding: .utf8) == "hello")
        let object = try shelf.store.open(shelf.name("m/a b.txt"))
        #expect(object.size == 5)
        #expect(object.metadata == ObjectMetadata(etag: "etag of hello", headers: ["content-type": "text/plain"]))
        #expect(try object.read(at: 1, count: 3) == Array("ell".utf8))
        #expect(try object.read(at: 5, count: 3).isEmpty)
    }

    @Test func `weakness 38: a new version replaces the old in one step, and readers keep theirs`() throws {
        try shelf.put("a", "old")
        let before = try shelf.store.open(shelf.name("a"))
        try shelf.put("a", "new and longer")
        #expect(try String(decoding: before.read(at: 0, count: 99), as: UTF8.self) == "old")
        #expect(before.metadata.etag == "etag of old")
        #expect(try shelf.text("a") == "new and longer")
        #expect(shelf.files == [Shelf.bucket, "\(Shelf.bucket)/a"])
    }

    @Test func `weakness 38: what was staged and not published is nowhere`() throws {
        do {
            let staged = try shelf.store.stage(for: shelf.name("a"), size: 1 << 20)
            try staged.write(Array("half".utf8))
            #expect(shelf.refusal { try shelf.store.open(shelf.name("a")) } == .noSuchKey)
        }
        #expect(shelf.files.isEmpty)
    }

    @Test func `an object that must be new is refused when it is not, and leaves nothing behind`() throws {
        try shelf.put("a", "first")
        #expect(shelf.refusal { try shelf.put("a", "second", onlyIfAbsent: true) } == .exists)
        #expect(
            shelf.refusal { try shelf.store.stage(for: shelf.name("a"), size: nil, onlyIfAbsent: true) } == .exists)
        #expect(try shelf.text("a") == "first")
        #expect(shelf.files == [Shelf.bucket, "\(Shelf.bucket)/a"])
        try shelf.put("b", "new", onlyIfAbsent: true)
    }

    @Test(
        arguments: [
            ("a//b", .notAPlainPath), ("x/../y", .notAPlainPath), ("d/", .notAPlainPath),
            (".stgw/tmp/x", .notAPlainPath),
            ("../\u{301}x", .notAPlainPath),
            ("file/below", .nameConflict), ("folder", .nameConflict),
        ] as [(String, ObjectStoreError)])
    func `a key without a place is refused before or after, and leaves nothing behind`(
        key: String, error: ObjectStoreError
    ) throws {
        try shelf.put("file", "")
        try shelf.put("folder/x", "")
        let before = shelf.files
        #expect(shelf.refusal { try shelf.put(key, "x") } == error)
        #expect(shelf.files == before)
    }

    @Test func `weakness 42: nothing is read or written through a planted link`() throws {
        let outside = try Shelf()
        try outside.put("secret", "outside")
        try shelf.put("own", "inside")
        let target = outside.path("")
        try FileManager.default.createSymbolicLink(atPath: shelf.path("folder"), withDestinationPath: target)
        try FileManager.default.createSymbolicLink(atPath: shelf.path("file"), withDestinationPath: target + "secret")
        #expect(shelf.refusal { try shelf.text("folder/secret") } == .noSuchKey)
        #expect(shelf.refusal { try shelf.text("file") } == .noSuchKey)
        #expect(shelf.refusal { try shelf.put("folder/planted", "x") } == .nameConflict)
        #expect(try shelf.list().entries.map(\.key) == ["own"])
        try shelf.put("file", "replaces the link, not what it points at")
        #expect(try outside.text("secret") == "outside")
        #expect(outside.files == [Shelf.bucket, "\(Shelf.bucket)/secret"])
    }

    @Test func `a FIFO and a folder are no objects, and nobody waits for them`() throws {
        try shelf.put("folder/x", "")
        #expect(mkfifo(shelf.path("fifo"), 0o600) == 0)
        #expect(shelf.refusal { try shelf.text("fifo") } == .noSuchKey)
        #expect(shelf.refusal { try shelf.text("folder") } == .noSuchKey)
        #expect(try shelf.list().entries.map(\.key) == ["folder/x"])
    }

    @Test func `a file that somebody else put there is an object whose ETag follows its changes`() throws {
        try shelf.put("a", "")
        try Data("by hand".utf8).write(to: URL(filePath: shelf.path("hand.txt")))
        let first = try shelf.store.open(shelf.name("hand.txt")).metadata.etag
        try Data("by hand again".utf8).write(to: URL(filePath: shelf.path("hand.txt")))
        #expect(try shelf.store.open(shelf.name("hand.txt")).metadata.etag != first)
        #expect(try shelf.list().entries.map(\.key) == ["a", "hand.txt"])
    }

    @Test func `removing an object is done once and for all`() throws {
        try shelf.put("m/a", "x")
        try shelf.store.remove(shelf.name("m/a"))
        try shelf.store.remove(shelf.name("m/a"))
        try shelf.store.remove(shelf.name("m"))
        #expect(shelf.refusal { try shelf.text("m/a") } == .noSuchKey)
        #expect(try shelf.list().entries.isEmpty)
    }

    @Test func `opening a store clears what an earlier process left in staging`() throws {
        try Data("left".utf8).write(to: URL(filePath: shelf.root + "/.stgw/tmp/left"))
        try shelf.put("a", "kept")
        _ = try ObjectStore(root: shelf.root)
        #expect(shelf.files == [Shelf.bucket, "\(Shelf.bucket)/a"])
    }

    @Test func `an object can be put again after its folder was removed from outside`() throws {
        try shelf.put("m/a", "x")
        try FileManager.default.removeItem(atPath: shelf.path("m"))
        try shelf.put("m/a", "y")
        #expect(try shelf.text("m/a") == "y")
    }

    @Test func `metadata that does not fit is refused`() throws {
        let staged = try shelf.store.stage(for: shelf.name("a"), size: nil)
        let metadata = ObjectMetadata(etag: "", headers: ["x-amz-meta-a": String(repeating: "x", count: 4000)])
        #expect(
            shelf.refusal { try shelf.store.publish(staged, as: shelf.name("a"), metadata: metadata) }
                == .metadataTooLarge)
        #expect(shelf.files.isEmpty)
    }

    @Test func `metadata survives its encoding`() throws {
        var metadata = ObjectMetadata(
            etag: "e-2", checksum: Checksum(.crc32c, value: "4waSgw==-2"),
            headers: ["content-type": "text/plain", "x-amz-meta-a": "=é", "x-amz-meta-empty": ""])
        metadata.upload = "0123"
        metadata.target = try shelf.name("m/é")
        #expect(ObjectMetadata(encoded: metadata.encoded) == metadata)
        #expect(ObjectMetadata(encoded: []) == nil)
        #expect(ObjectMetadata(encoded: Array("garbage".utf8)) == nil)
    }
}
