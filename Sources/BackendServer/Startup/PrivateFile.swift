import FoundationEssentials
import Glibc
import Reactor
import SystemPackage

/// A small file that only this user may read, and that is whole at every instant.
struct PrivateFile {
    let path: FilePath

    init(path: String) { self.path = FilePath(path) }

    /// Puts bytes in the place of what is there.
    ///
    /// They are complete and on the disk before they have the name, so that no crash leaves half of them.
    ///
    /// - Throws: What the kernel refuses; then the old ones may still be there.
    func write(_ bytes: [UInt8]) throws {
        guard let name = path.lastComponent?.string else { preconditionFailure("\(path) names no file") }
        let folder = Folder(path: path.removingLastComponent().string)
        try folder.remove(name + ".new")
        try fill(FilePath(path.string + ".new"), bytes)
        try folder.rename(name + ".new", to: name)
        try folder.sync()
    }

    private func fill(_ path: FilePath, _ bytes: [UInt8]) throws {
        let file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
        try file.closeAfter {
            try file.writeAll(bytes)
            guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
        }
    }
}
