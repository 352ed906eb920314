/// An object opened for reading: this version, whatever happens to its key meanwhile.
public final class StoredObject: Sendable {
    public let size: Int64
    /// Seconds since 1970, with their fraction.
    public let modified: Double
    public let metadata: ObjectMetadata
    private let descriptor: Descriptor

    /// Nil for anything that is not a regular file.
    init?(_ descriptor: Descriptor) throws(ObjectStoreError) {
        let status = try descriptor.status()
        guard status.isRegular else { return nil }
        size = status.size
        modified = status.modified
        metadata = descriptor.attribute().flatMap(ObjectMetadata.init) ?? ObjectMetadata(etag: status.version)
        self.descriptor = descriptor
    }

    /// Some bytes, fewer than asked for only at the end.
    public func read(at offset: Int64, count: Int) throws(ObjectStoreError) -> [UInt8] {
        try descriptor.read(at: offset, count: count)
    }

    var file: Descriptor { descriptor }
}

extension ObjectStore {
    /// Opens an object.
    ///
    /// - Throws: `noSuchKey` for a name without an object, and for anything that is not a regular file.
    public func open(_ name: ObjectName) throws(ObjectStoreError) -> StoredObject {
        guard let (folders, file) = try? name.path else { throw .noSuchKey }
        guard let object = try openFile(in: root, folders + [file]) else { throw .noSuchKey }
        return object
    }

    func openFile(in folder: Folder, _ components: [String]) throws(ObjectStoreError) -> StoredObject? {
        do {
            return try StoredObject(folder.file(components))
        } catch {
            guard error.isAbsent else { throw error }
            return nil
        }
    }
}
