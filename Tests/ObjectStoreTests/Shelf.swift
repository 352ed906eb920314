import Foundation
import ObjectStore
import S3

/// A store in a folder of its own, gone when the test is over.
final class Shelf: Sendable {
    let root: String
    let store: ObjectStore
    static let bucket = "job0000000000000000000000a"

    init() throws {
        root = NSTemporaryDirectory() + "tunergate-objects-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        store = try ObjectStore(root: root)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// A path below the store's bucket.
    func path(_ key: String) -> String { "\(root)/\(Self.bucket)/\(key)" }

    func name(_ key: String) throws -> ObjectName {
        guard let bucket = BucketName(Self.bucket) else { preconditionFailure("the test's bucket has a good name") }
        return ObjectName(bucket: bucket, key: try ObjectKey(key))
    }

    func put(_ key: String, _ text: String, onlyIfAbsent: Bool = false) throws {
        let name = try name(key)
        let staged = try store.stage(for: name, size: nil)
        try staged.write(Array(text.utf8))
        let metadata = ObjectMetadata(etag: "etag of \(text)", headers: ["content-type": "text/plain"])
        try store.publish(staged, as: name, metadata: metadata, onlyIfAbsent: onlyIfAbsent)
    }

    func text(_ key: String) throws -> String {
        let object = try store.open(name(key))
        return String(decoding: try object.read(at: 0, count: Int(object.size)), as: UTF8.self)
    }

    func list(_ query: ListQuery = ListQuery()) throws -> ListingPage {
        try store.list(name("x").bucket, query)
    }

    /// Everything below the root, as paths, without the folders that are always there.
    var files: [String] {
        let all = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return all.filter { ![".stgw", ".stgw/tmp", ".stgw/uploads"].contains($0) }.sorted()
    }

    /// The error with which something is refused; nil when it is not.
    func refusal(_ work: () throws -> some Any) -> ObjectStoreError? {
        do {
            _ = try work()
            return nil
        } catch {
            return error as? ObjectStoreError
        }
    }
}
