public import S3

extension ObjectStore {
    /// Every part but the last has at least this size, as in S3.
    public static let partBytesMin: Int64 = 5 * 1024 * 1024

    private static let recordName = "upload"

    /// Begins an upload in parts.
    ///
    /// - Parameters:
    ///   - name: The object that it is going to be.
    ///   - headers: What is kept with the object.
    /// - Returns: The upload's id.
    /// - Throws: `notAPlainPath`, or what the disk refuses.
    public func createUpload(_ name: ObjectName, headers: [String: String]) throws(ObjectStoreError) -> String {
        _ = try name.path
        let id = RandomName.make()
        let staged = try stage(size: nil)
        var record = ObjectMetadata(etag: "", headers: headers)
        record.target = name
        try seal(staged, metadata: record)
        let folder = try uploads.makeFolder(id)
        try staged.move(to: folder, as: Self.recordName, onlyIfAbsent: true)
        try sync(folder.descriptor)
        try sync(uploads.descriptor)
        return id
    }

    /// A place for the bytes of a part, if there is such an upload.
    public func stagePart(of id: String, for name: ObjectName, size: Int64?) throws(ObjectStoreError) -> StagedObject {
        _ = try upload(id, for: name)
        return try stage(size: size)
    }

    /// Keeps one part; the same number again replaces it.
    ///
    /// - Parameters:
    ///   - number: 1 to 10,000.
    ///   - id: The upload.
    ///   - name: The object that the client says it is for.
    ///   - staged: The part's bytes.
    ///   - metadata: Its ETag and checksum.
    /// - Throws: `noSuchUpload` when there is none of that id for that object.
    public func keepPart(
        _ number: Int, of id: String, for name: ObjectName, _ staged: StagedObject, metadata: ObjectMetadata
    ) throws(ObjectStoreError) {
        let (folder, _) = try upload(id, for: name)
        try seal(staged, metadata: metadata)
        do {
            try staged.move(to: folder, as: Self.partName(number), onlyIfAbsent: false)
        } catch {
            throw error.isAbsent ? .noSuchUpload : error
        }
        try sync(folder.descriptor)
    }

    /// Makes the object from its parts.
    ///
    /// A repeated call, after the answer to the first was lost, finds the object that it made and answers the same. One
    /// that comes while the first is still at work is told to come again.
    ///
    /// - Parameters:
    ///   - id: The upload.
    ///   - name: The object that the client says it is for.
    ///   - wanted: The parts that the client means, in ascending order.
    /// - Returns: The object's metadata.
    /// - Throws: `busy`, `noSuchUpload`, `invalidPart`, `partTooSmall`, or what publishing throws.
    public func completeUpload(
        _ id: String, for name: ObjectName, _ wanted: CompleteUpload
    ) throws(ObjectStoreError) -> ObjectMetadata {
        guard let etag = wanted.etag else { throw .invalidPart }
        guard completing.begin(id) else { throw .busy }
        defer { completing.end(id) }
        do {
            let (folder, record) = try upload(id, for: name)
            let metadata = try assemble(id, name, folder, wanted.parts, etag: etag, headers: record.headers)
            removeUpload(id, folder)
            return metadata
        } catch .noSuchUpload {
            let object = try? open(name)
            guard let metadata = object?.metadata, metadata.upload == id, metadata.etag == etag else {
                throw .noSuchUpload
            }
            return metadata
        }
    }

    /// Gives an upload up.
    public func abortUpload(_ id: String, for name: ObjectName) throws(ObjectStoreError) {
        let (folder, _) = try upload(id, for: name)
        removeUpload(id, folder)
    }

    /// Removes uploads that were begun before a moment, or never quite begun.
    ///
    /// - Parameter moment: Seconds since 1970.
    /// - Throws: What the disk refuses.
    public func removeUploads(begunBefore moment: Double) throws(ObjectStoreError) {
        for entry in try uploads.entries() where entry.kind != .file {
            guard let folder = try? uploads.folder(entry.name) else { continue }
            let record = try openFile(in: folder, [Self.recordName])
            if (record?.modified ?? 0) < moment { removeUpload(entry.name, folder) }
        }
    }

    private func assemble(
        _ id: String, _ name: ObjectName, _ folder: Folder, _ parts: [CompleteUpload.Part], etag: String,
        headers: [String: String]
    ) throws(ObjectStoreError) -> ObjectMetadata {
        let staged = try stage(size: nil)
        var checksums: [Checksum?] = []
        for (index, part) in parts.enumerated() {
            guard let kept = try openFile(in: folder, [Self.partName(part.number)]), kept.metadata.etag == part.etag,
                part.checksum == nil || part.checksum == kept.metadata.checksum
            else { throw .invalidPart }
            guard index == parts.count - 1 || kept.size >= Self.partBytesMin else { throw .partTooSmall }
            try staged.descriptor.append(kept.file, size: kept.size)
            checksums.append(kept.metadata.checksum)
        }
        var metadata = ObjectMetadata(etag: etag, checksum: .composite(of: checksums), headers: headers)
        metadata.upload = id
        try publish(staged, as: name, metadata: metadata)
        return metadata
    }

    private func upload(_ id: String, for name: ObjectName) throws(ObjectStoreError) -> (Folder, ObjectMetadata) {
        guard RandomName.isOne(id), let folder = try? uploads.folder(id),
            let record = try openFile(in: folder, [Self.recordName])?.metadata, record.target == name
        else { throw .noSuchUpload }
        return (folder, record)
    }

    /// The record goes first, so that no half-removed upload can be completed.
    private func removeUpload(_ id: String, _ folder: Folder) {
        try? folder.remove(Self.recordName)
        for entry in (try? folder.entries()) ?? [] { try? folder.remove(entry.name) }
        uploads.removeFolder(id)
    }

    private static func partName(_ number: Int) -> String { "part-\(number)" }
}
