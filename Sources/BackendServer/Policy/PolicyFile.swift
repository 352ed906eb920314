import FoundationEssentials
import GatePolicy
import JSON
import Reactor
import Storage
import Synchronization

/// The file in which the gateway finds its policy: always a whole one, and the newest that was written.
///
/// Blocks on the disk, so it is to be called where that may be (``onDisk(_:)``).
final class PolicyFile: Sendable {
    let path: String
    private let folder: Folder
    private let name: String
    /// The version that this process put there; nil before its first write.
    private let written = Mutex<Int?>(nil)

    /// - Parameter path: The file; its folder is there before the first write.
    init(path: String) {
        self.path = path
        let end = path.lastIndex(of: "/")
        name = String(end.map { path[path.index(after: $0)...] } ?? path[...])
        folder = Folder(path: end.map { String(path[..<$0]) } ?? ".")
    }

    /// The version that this process wrote last.
    var version: Int? { written.withLock { $0 } }

    /// Puts a policy in place of an older one, or of what became of it.
    ///
    /// One that this process wrote and that lies there still, to the byte, is left alone; one that was damaged or removed
    /// is written anew.
    ///
    /// The file is complete and on the disk before it has its name, so a crash leaves the old one or the new one. The
    /// lock is held while it is written: of two that are written at once the later version stays.
    ///
    /// - Parameter policy: The policy.
    /// - Returns: Whether the file had to be healed: it was written before, and something else lay there.
    /// - Throws: `PolicyError` for one that no gateway would take, `SystemError` for what the disk refuses.
    @discardableResult func write(_ policy: GatePolicy) throws -> Bool {
        try policy.check()
        let document = try policy.document
        return try written.withLock { written in
            if let written, written > policy.version { return false }
            let isWritten = written == policy.version
            if isWritten, (try? folder.read(name, limit: GatePolicy.Bounds.bytes)) == document { return false }
            try folder.replace(name, with: document.span)
            written = policy.version
            return isWritten
        }
    }

    /// What a predecessor told the gateway last; nil when that cannot be known.
    func predecessor() -> PolicyStamp? {
        guard let bytes = try? folder.read(name, limit: GatePolicy.Bounds.bytes),
            let value = try? JSONValue(parsing: bytes),
            let policy = try? JSONValueDecoder(value).decode(GatePolicy.self),
            (1..<Self.versionsEnd).contains(policy.version), let fingerprint = try? policy.fingerprint
        else { return nil }
        return PolicyStamp(version: policy.version, fingerprint: fingerprint)
    }

    /// No program counts so far; a file that has more was written by something else.
    private static let versionsEnd = 1 << 53
}
