internal import FoundationEssentials
internal import SystemPackage

/// A state folder of its own for one installation, gone when the body ends.
public struct StateFolder: Sendable {
    public let path: String

    /// Lends a fresh folder.
    ///
    /// - Parameter body: Uses it.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws.
    public static func temporary<Result>(_ body: (StateFolder) async throws -> Result) async throws -> Result {
        // Short, because a socket's path has little room.
        let path = "/tmp/tunergate-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(StateFolder(path: path))
    }

    public func file(_ name: String) -> String { path + "/" + name }

    public func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

    /// Empty when there is no such file.
    public func text(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: file(name)) ?? Data(), as: UTF8.self)
    }
}

extension StateFolder {
    /// Makes a file that has a size and takes no room.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - size: Its length, in bytes of zero.
    /// - Returns: Its path.
    /// - Throws: When it cannot be made.
    public func sparseFile(_ name: String, size: Int) throws -> String {
        let descriptor = try FileDescriptor.open(
            FilePath(file(name)), .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
        try descriptor.closeAfter { try descriptor.resize(to: Int64(size)) }
        return file(name)
    }
}
