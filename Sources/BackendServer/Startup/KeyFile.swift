import FoundationEssentials
import Glibc
import SystemPackage

/// The key that upload tokens are made from: a file of 32 random bytes that only this user may read.
struct TokenKey {
    static let bytes = 32
    let path: String

    /// Reads the key, or makes it.
    ///
    /// A new one is complete before it has its name, so that no crash leaves half a key.
    ///
    /// - Returns: The bytes.
    /// - Throws: `StartupError`.
    func load() throws -> [UInt8] {
        if !FileManager.default.fileExists(atPath: path) { try make() }
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw StartupError("\(path) cannot be read. Give this user the file.")
        }
        guard data.count == Self.bytes else {
            throw StartupError(
                "\(path) is damaged. Restore it from a backup, or remove it: running jobs can then not upload.")
        }
        try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return Array(data)
    }

    private func make() throws {
        var randomness = SystemRandomNumberGenerator()
        let key = (0..<Self.bytes).map { _ in UInt8.random(in: .min ... .max, using: &randomness) }
        do {
            try? FileManager.default.removeItem(atPath: path + ".new")
            try write(key, to: FilePath(path + ".new"))
            try FileManager.default.moveItem(atPath: path + ".new", toPath: path)
            try syncFolder()
        } catch {
            throw StartupError("\(path) cannot be written. Make its folder writable for this user.")
        }
    }

    private func write(_ key: [UInt8], to path: FilePath) throws {
        let file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
        try file.closeAfter {
            try file.writeAll(key)
            try sync(file)
        }
    }

    /// A new name is on the disk when its folder is.
    private func syncFolder() throws {
        let folder = try FileDescriptor.open(
            FilePath(path).removingLastComponent(), .readOnly, options: [.directory, .closeOnExec])
        try folder.closeAfter { try sync(folder) }
    }

    private func sync(_ file: FileDescriptor) throws {
        guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }
}
