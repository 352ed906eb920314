import S3

/// Walks a bucket's files in the byte order of their keys, from a marker, below a prefix.
///
/// Depth first, with each folder sorted as if its name ended in a slash: `a-b` comes before `a/x`, because `-` comes
/// before `/`. Held are the entries of the folders on the way to the current file.
struct KeyWalk {
    private let prefix: String
    private let after: String?
    private var frames: [Frame] = []

    private struct Frame {
        let folder: Folder
        /// Empty or ending in a slash.
        let path: String
        /// Full names, those of folders ending in a slash, in descending order: the next is the last.
        var names: [String]
    }

    init(bucket: Folder, prefix: String, after: String?) throws(ObjectStoreError) {
        self.prefix = prefix
        self.after = after
        try descend(into: bucket, path: "")
    }

    /// The next file and its key.
    mutating func next() throws(ObjectStoreError) -> (key: String, object: StoredObject)? {
        while let depth = frames.indices.last {
            guard let name = frames[depth].names.popLast() else {
                frames.removeLast()
                continue
            }
            let frame = frames[depth]
            let local = String(Substring(name.utf8.dropFirst(frame.path.utf8.count)))
            do {
                if name.utf8.last == UInt8(ascii: "/") {
                    try descend(into: frame.folder.folder(String(local.dropLast())), path: name)
                } else if let object = try StoredObject(frame.folder.file([local])) {
                    return (name, object)
                }
            } catch {
                guard error.isAbsent else { throw error }
            }
        }
        return nil
    }

    /// Leaves out everything that begins with a common prefix.
    mutating func skip(_ common: String) {
        while let frame = frames.last, frame.path.utf8.starts(with: common.utf8) { frames.removeLast() }
        guard let depth = frames.indices.last else { return }
        while let name = frames[depth].names.last, name.utf8.starts(with: common.utf8) {
            frames[depth].names.removeLast()
        }
    }

    private mutating func descend(into folder: Folder, path: String) throws(ObjectStoreError) {
        guard frames.count < ObjectKey.reachableDepth else { return }
        var names: [String] = []
        for entry in try folder.entries() where !entry.name.utf8.starts(with: ObjectKey.reservedPrefix.utf8) {
            let isFolder = entry.kind == .folder || (entry.kind == .unknown && (try? folder.folder(entry.name)) != nil)
            let name = path + entry.name + (isFolder ? "/" : "")
            if isFolder ? leadsOn(name) : isWanted(name) { names.append(name) }
        }
        names.sort { $1.utf8.lexicographicallyPrecedes($0.utf8) }
        frames.append(Frame(folder: folder, path: path, names: names))
    }

    private func isWanted(_ key: String) -> Bool {
        key.utf8.starts(with: prefix.utf8) && (after.map { $0.utf8.lexicographicallyPrecedes(key.utf8) } ?? true)
            && (try? ObjectKey(key))?.components != nil
    }

    private func leadsOn(_ folder: String) -> Bool {
        guard folder.utf8.starts(with: prefix.utf8) || prefix.utf8.starts(with: folder.utf8) else { return false }
        guard let after else { return true }
        return after.utf8.lexicographicallyPrecedes(folder.utf8) || after.utf8.starts(with: folder.utf8)
    }
}
