import S3
import Synchronization

/// Objects as plain files, `{root}/{bucket}/{key}`, so that an operator finds a job's outputs where they are expected.
///
/// An object appears under its key whole, with its metadata, and on disk, or not at all: bytes are staged without a
/// name, synced, moved to their name in one step, and the folder is synced before anybody is told. Readers keep the
/// file that they opened. Nothing below the root is reached through a link.
///
/// In this form every key must be a plain path. Keys that are not (`a//b`, `x/../y`, `d/`, `foo` beside `foo/bar`) are
/// refused, with `notAPlainPath` or `nameConflict`, rather than stored under another name.
///
/// All methods block; call them from a thread that may.
public final class ObjectStore: Sendable {
    let root: Folder
    let staging: Folder
    let uploads: Folder
    let durable = DurableFolders()
    let completing = NamesInUse()
    private let syncFailed = Atomic<Bool>(false)

    /// Opens a store and throws away what an earlier process left in staging.
    ///
    /// - Parameter path: The root, an absolute path that exists.
    /// - Throws: `ObjectStoreError` when the folder cannot be used, such as on a filesystem without user attributes.
    public init(root path: String) throws(ObjectStoreError) {
        root = try Folder.root(path)
        let own = try root.makeFolder(ObjectKey.reservedPrefix)
        staging = try own.makeFolder("tmp")
        uploads = try own.makeFolder("uploads")
        for entry in try staging.entries() where entry.kind != .folder { try staging.remove(entry.name) }
        for folder in [own, root] { try folder.descriptor.sync() }
        do {
            try StagedObject(in: staging).descriptor.setAttribute(ObjectMetadata(etag: "probe").encoded)
        } catch {
            throw error.code == SystemCode.unsupported ? .withoutAttributes : error
        }
    }

    /// False once the disk has failed to keep something; health should say so.
    public var isWritable: Bool { !syncFailed.load(ordering: .relaxed) }

    /// A place for the bytes of a new object, if the object can be had at all.
    ///
    /// - Parameters:
    ///   - name: Where the object is going to be.
    ///   - size: The size, where it is known, so that a full disk is noticed before the first byte.
    ///   - onlyIfAbsent: Whether to refuse now what `publish` would refuse later.
    /// - Returns: An empty file that is nowhere yet.
    /// - Throws: `ObjectStoreError`.
    public func stage(
        for name: ObjectName, size: Int64?, onlyIfAbsent: Bool = false
    ) throws(ObjectStoreError) -> StagedObject {
        let (folders, file) = try name.path
        if onlyIfAbsent, try openFile(in: root, folders + [file]) != nil { throw .exists }
        return try stage(size: size)
    }

    func stage(size: Int64?) throws(ObjectStoreError) -> StagedObject {
        guard isWritable else { throw .readOnly }
        // A size is a claim: only its beginning is reserved before its bytes come, or claims alone would fill the disk.
        guard try staging.descriptor.freeBytes() - (size ?? 0) >= Self.freeBytesMin else { throw .full }
        let staged = try StagedObject(in: staging)
        if let size, size > 0 { try staged.descriptor.reserve(min(size, Self.reservedBytesMax)) }
        return staged
    }

    /// What uploads leave free for the database and the system.
    static let freeBytesMin: Int64 = 256 * 1024 * 1024
    static let reservedBytesMax: Int64 = 64 * 1024 * 1024

    /// Makes a staged object visible under its name; when this returns, it survives a power cut.
    ///
    /// - Parameters:
    ///   - staged: The bytes, all of them.
    ///   - name: Where they go. What was there is replaced.
    ///   - metadata: What is kept with them.
    ///   - onlyIfAbsent: Whether to refuse, with `exists`, instead of replacing.
    /// - Throws: `ObjectStoreError`; then nothing has changed.
    public func publish(
        _ staged: StagedObject, as name: ObjectName, metadata: ObjectMetadata, onlyIfAbsent: Bool = false
    ) throws(ObjectStoreError) {
        let (folders, file) = try name.path
        try seal(staged, metadata: metadata)
        let chain = try makeChain(folders)
        guard let parent = chain.last else { preconditionFailure("a chain of folders begins with the root") }
        do {
            try staged.move(to: parent, as: file, onlyIfAbsent: onlyIfAbsent)
        } catch {
            throw error.code == SystemCode.exists ? .exists : error.code == SystemCode.isFolder ? .nameConflict : error
        }
        try syncChain(chain, folders: folders)
    }

    /// Removes an object; one that is not there is removed already.
    public func remove(_ name: ObjectName) throws(ObjectStoreError) {
        guard isWritable else { throw .readOnly }
        let (folders, file) = try name.path
        do {
            var folder = root
            for name in folders { folder = try folder.folder(name) }
            try folder.remove(file)
            try sync(folder.descriptor)
        } catch {
            guard error.isAbsent || error.code == SystemCode.isFolder else { throw error }
        }
    }

    /// Attaches the metadata and puts both on disk.
    func seal(_ staged: StagedObject, metadata: ObjectMetadata) throws(ObjectStoreError) {
        guard isWritable else { throw .readOnly }
        let encoded = metadata.encoded
        guard encoded.count <= ObjectMetadata.bytesMax else { throw .metadataTooLarge }
        try staged.descriptor.setAttribute(encoded)
        try sync(staged.descriptor)
    }

    /// Syncs, and never again after a failure: the kernel may have dropped the pages that it could not write.
    func sync(_ descriptor: Descriptor) throws(ObjectStoreError) {
        do {
            try descriptor.sync()
        } catch {
            syncFailed.store(true, ordering: .relaxed)
            throw error
        }
    }

    /// The folders from the root to the last of a path, made where they were missing.
    private func makeChain(_ folders: [String]) throws(ObjectStoreError) -> [Folder] {
        var chain = [root]
        var current = root
        for name in folders {
            do {
                current = try current.folder(name)
            } catch {
                switch error.code {
                case SystemCode.absent:
                    durable.forget()
                    current = try current.makeFolder(name)
                case SystemCode.notAFolder, SystemCode.isLink: throw .nameConflict
                default: throw error
                }
            }
            chain.append(current)
        }
        return chain
    }

    /// Puts the new name on disk, and those of the folders above it that may not be there yet, child first.
    private func syncChain(_ chain: [Folder], folders: [String]) throws(ObjectStoreError) {
        let isDurable = durable.contains(folders)
        for folder in isDurable ? chain.suffix(1) : chain[...].reversed()[...] { try sync(folder.descriptor) }
        if !isDurable { durable.insert(folders) }
    }
}
