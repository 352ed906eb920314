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
        try Folder(path: path.removingLastComponent().string).replace(name, with: bytes.span, mode: 0o600)
    }
}
