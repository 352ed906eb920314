import FoundationEssentials

/// A secret key of this installation: a file of 32 random bytes that only this user may read.
struct KeyFile {
    static let bytes = 32
    let path: String
    /// What to do where it is damaged, as a sentence.
    let remedy: String

    /// The key that upload tokens are made from.
    static func uploads(_ path: String) -> KeyFile {
        KeyFile(path: path, remedy: "Restore it from a backup, or remove it: running jobs can then not upload.")
    }

    /// The key that the audit trail is chained with.
    static func audit(_ path: String) -> KeyFile {
        KeyFile(path: path, remedy: "Restore it from a backup.")
    }

    /// Reads the key, or makes it.
    ///
    /// - Returns: The bytes.
    /// - Throws: `StartupError`.
    func load() throws -> [UInt8] {
        if !FileManager.default.fileExists(atPath: path) { try make() }
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw StartupError("\(path) cannot be read. Give this user the file.")
        }
        guard data.count == Self.bytes else {
            throw StartupError("\(path) is damaged. \(remedy)")
        }
        try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return Array(data)
    }

    private func make() throws {
        var randomness = SystemRandomNumberGenerator()
        let key = (0..<Self.bytes).map { _ in UInt8.random(in: .min ... .max, using: &randomness) }
        do {
            let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try PrivateFile(path: path).write(key)
        } catch {
            throw StartupError("\(path) cannot be written. Make its folder writable for this user.")
        }
    }
}
