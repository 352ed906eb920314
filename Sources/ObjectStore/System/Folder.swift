import CObjectStore

/// An open folder; everything below it is reached from here, one component at a time, and never through a link.
struct Folder: Sendable {
    let descriptor: Descriptor

    struct Entry: Equatable {
        enum Kind: Equatable {
            case file
            case folder
            /// The filesystem does not say.
            case unknown
        }

        let name: String
        let kind: Kind
    }

    /// The folder at an absolute path; links above it are the operator's own and are followed.
    static func root(_ path: String) throws(ObjectStoreError) -> Folder {
        // SAFETY: here and below, a string passed to a shim lives for the call, and no shim keeps it.
        try Folder(descriptor: open("open", unsafe object_open_root(path)))
    }

    func folder(_ name: String) throws(ObjectStoreError) -> Folder {
        try Folder(descriptor: Self.open("openat", unsafe object_open_folder(descriptor.number, name)))
    }

    /// A file for reading, by a path of one or more components.
    func file(_ components: [String]) throws(ObjectStoreError) -> Descriptor {
        let path = components.joined(separator: "/")
        let result = unsafe object_open_beneath(descriptor.number, path)
        guard -result == SystemCode.unknownCall else { return try Self.open("openat2", result) }
        var folder = self
        for name in components.dropLast() { folder = try folder.folder(name) }
        let name = components.last ?? ""
        return try Self.open("openat", unsafe object_open_file(folder.descriptor.number, name))
    }

    func unnamedFile() throws(ObjectStoreError) -> Descriptor {
        try Self.open("openat", object_open_unnamed(descriptor.number))
    }

    func newFile(_ name: String) throws(ObjectStoreError) -> Descriptor {
        try Self.open("openat", unsafe object_create(descriptor.number, name))
    }

    /// The folder of that name, made if it was missing.
    func makeFolder(_ name: String) throws(ObjectStoreError) -> Folder {
        let result = unsafe object_make_folder(descriptor.number, name)
        guard result == 0 || -result == SystemCode.exists else { throw SystemCode.error("mkdirat", -result) }
        return try folder(name)
    }

    /// Removes a folder that is empty; leaves it otherwise.
    func removeFolder(_ name: String) { _ = unsafe object_remove_folder(descriptor.number, name) }

    func remove(_ name: String) throws(ObjectStoreError) {
        let result = unsafe object_remove(descriptor.number, name)
        guard result == 0 else { throw SystemCode.error("unlinkat", -result) }
    }

    /// Gives a file that was made without a name its first one.
    func link(_ file: Descriptor, as name: String) throws(ObjectStoreError) {
        let result = unsafe object_link(file.number, descriptor.number, name)
        guard result == 0 else { throw SystemCode.error("linkat", -result) }
    }

    func move(
        _ name: String, to folder: Folder, as newName: String, onlyIfAbsent: Bool
    ) throws(ObjectStoreError) {
        let result = unsafe object_rename(
            descriptor.number, name, folder.descriptor.number, newName, onlyIfAbsent ? 1 : 0)
        guard result == 0 else { throw SystemCode.error("renameat2", -result) }
    }

    /// Everything in the folder whose name is UTF-8, in no order.
    func entries() throws(ObjectStoreError) -> [Entry] {
        // A descriptor of its own: the position in the folder belongs to the descriptor, and this one is shared.
        let fresh = try Self.open("openat", unsafe object_open_folder(descriptor.number, "."))
        var entries: [Entry] = []
        var packed = [UInt8](repeating: 0, count: 16_384)
        while true {
            // SAFETY: the shim writes at most `count` bytes into the array, which lives for the call.
            let found = unsafe packed.withUnsafeMutableBufferPointer { buffer -> Int64 in
                guard let start = buffer.baseAddress else { return 0 }
                return unsafe object_entries(fresh.number, start, buffer.count)
            }
            guard found >= 0 else { throw SystemCode.error("getdents64", Int32(truncatingIfNeeded: -found)) }
            guard found > 0 else { return entries }
            Self.unpack(packed[..<Int(found)], into: &entries)
        }
    }

    private static func unpack(_ packed: ArraySlice<UInt8>, into entries: inout [Entry]) {
        var rest = packed
        while let type = rest.popFirst(), let length = rest.popFirst() {
            let name = String(validating: rest.prefix(Int(length)), as: UTF8.self)
            rest = rest.dropFirst(Int(length))
            guard let name, name != ".", name != ".." else { continue }
            switch type {
            case 4: entries.append(Entry(name: name, kind: .folder))
            case 8: entries.append(Entry(name: name, kind: .file))
            case 0: entries.append(Entry(name: name, kind: .unknown))
            default: break
            }
        }
    }

    private static func open(_ call: String, _ result: Int32) throws(ObjectStoreError) -> Descriptor {
        guard result >= 0 else { throw SystemCode.error(call, -result) }
        return Descriptor(result)
    }
}
