import Foundation
import S3
import Testing

@testable import ObjectStore

@Suite struct MultipartTests {
    private let shelf: Shelf
    private static let large = [UInt8](repeating: 97, count: Int(ObjectStore.partBytesMin))

    init() throws { shelf = try Shelf() }

    private func begin(_ key: String = "big") throws -> String {
        try shelf.store.createUpload(shelf.name(key), headers: ["content-type": "x/y"])
    }

    /// Keeps a part and returns what a client would name it by.
    private func keep(_ number: Int, of id: String, _ bytes: [UInt8], for key: String = "big") throws
        -> CompleteUpload.Part
    {
        let name = try shelf.name(key)
        let staged = try shelf.store.stagePart(of: id, for: name, size: Int64(bytes.count))
        try staged.write(bytes)
        var digests = PayloadDigests(try PayloadPlan(HeaderList([])))
        digests.update(bytes)
        let etag = try digests.finish().etag
        try shelf.store.keepPart(number, of: id, for: name, staged, metadata: ObjectMetadata(etag: etag))
        return CompleteUpload.Part(number: number, etag: etag)
    }

    private func complete(_ id: String, _ parts: [CompleteUpload.Part], for key: String = "big") throws
        -> ObjectMetadata
    {
        try shelf.store.completeUpload(id, for: shelf.name(key), CompleteUpload(parts: parts))
    }

    @Test func `parts in any order, one of them twice, become one object`() throws {
        let id = try begin()
        let second = try keep(2, of: id, Array("end".utf8))
        _ = try keep(1, of: id, Array("wrong".utf8))
        let first = try keep(1, of: id, Self.large)
        _ = try keep(9, of: id, Array("left out".utf8))
        let metadata = try complete(id, [first, second])
        #expect(metadata.etag.hasSuffix("-2"))
        let object = try shelf.store.open(shelf.name("big"))
        #expect(object.metadata.etag == metadata.etag)
        #expect(object.metadata.headers == ["content-type": "x/y"])
        #expect(object.size == Int64(Self.large.count + 3))
        #expect(try object.read(at: ObjectStore.partBytesMin - 1, count: 9) == Array("aend".utf8))
        #expect(shelf.files == [Shelf.bucket, "\(Shelf.bucket)/big"])
    }

    @Test func `a completion that is sent again is answered again`() throws {
        let id = try begin()
        let part = try keep(1, of: id, [1, 2, 3])
        let first = try complete(id, [part])
        #expect(try complete(id, [part]) == first)
        #expect(
            shelf.refusal { try complete(id, [CompleteUpload.Part(number: 1, etag: Shelf.otherMD5)]) } == .noSuchUpload)
        try shelf.put("big", "somebody else's")
        #expect(shelf.refusal { try complete(id, [part]) } == .noSuchUpload)
    }

    @Test func `a part that is missing, another or too small stops the completion and loses nothing`() throws {
        let id = try begin()
        let small = try keep(1, of: id, [1])
        let last = try keep(2, of: id, [2])
        #expect(shelf.refusal { try complete(id, [small, last]) } == .partTooSmall)
        #expect(shelf.refusal { try complete(id, [CompleteUpload.Part(number: 3, etag: small.etag)]) } == .invalidPart)
        #expect(shelf.refusal { try complete(id, [CompleteUpload.Part(number: 1, etag: last.etag)]) } == .invalidPart)
        #expect(shelf.refusal { try complete(id, [CompleteUpload.Part(number: 1, etag: "x")]) } == .invalidPart)
        let wrong = CompleteUpload.Part(number: 1, etag: small.etag, checksum: Checksum(.crc32, value: "AAAAAA=="))
        #expect(shelf.refusal { try complete(id, [wrong]) } == .invalidPart)
        #expect(shelf.refusal { try shelf.text("big") } == .noSuchKey)
        #expect(try complete(id, [small]).etag.hasSuffix("-1"))
    }

    @Test(arguments: ["", "../..", "0123", String(repeating: "0", count: 32), String(repeating: "A", count: 32)])
    func `an id that is no upload's finds nothing`(id: String) throws {
        #expect(shelf.refusal { try shelf.store.stagePart(of: id, for: shelf.name("big"), size: 1) } == .noSuchUpload)
        #expect(shelf.refusal { try shelf.store.abortUpload(id, for: shelf.name("big")) } == .noSuchUpload)
    }

    @Test func `an upload belongs to one key`() throws {
        let id = try begin()
        let part = try keep(1, of: id, [1])
        #expect(shelf.refusal { try keep(1, of: id, [1], for: "other") } == .noSuchUpload)
        #expect(shelf.refusal { try complete(id, [part], for: "other") } == .noSuchUpload)
        #expect(shelf.refusal { try shelf.store.abortUpload(id, for: shelf.name("other")) } == .noSuchUpload)
    }

    @Test func `an upload that is given up leaves nothing, even while a part arrives`() throws {
        let id = try begin()
        _ = try keep(1, of: id, [1])
        let late = try shelf.store.stagePart(of: id, for: shelf.name("big"), size: nil)
        try shelf.store.abortUpload(id, for: shelf.name("big"))
        let metadata = ObjectMetadata(etag: "")
        #expect(
            shelf.refusal { try shelf.store.keepPart(2, of: id, for: shelf.name("big"), late, metadata: metadata) }
                == .noSuchUpload)
        #expect(shelf.files.isEmpty)
    }

    @Test func `uploads survive a restart and are swept when they are old`() throws {
        let id = try begin()
        let part = try keep(1, of: id, [1])
        let again = try ObjectStore(root: shelf.root)
        try again.removeUploads(begunBefore: Date().timeIntervalSince1970 - 3600)
        #expect(
            try again.completeUpload(id, for: shelf.name("big"), CompleteUpload(parts: [part])).etag.hasSuffix("-1"))
        _ = try begin()
        try again.removeUploads(begunBefore: Date().timeIntervalSince1970 + 3600)
        #expect(shelf.files == [Shelf.bucket, "\(Shelf.bucket)/big"])
    }

    @Test func `a key without a place is refused when the upload begins`() throws {
        #expect(shelf.refusal { try begin("a//b") } == .notAPlainPath)
        #expect(shelf.files.isEmpty)
    }
}

extension Shelf {
    fileprivate static let otherMD5 = "d41d8cd98f00b204e9800998ecf8427e"
}
