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
    private let folder: Folder
    private let name: String
    /// The version that lies there; nil before the first write of this process.
    private let written = Mutex<Int?>(nil)

    /// - Parameter path: The file; its folder is there before the first write.
    init(path: String) {
        let end = path.lastIndex(of: "/")
        name = String(end.map { path[path.index(after: $0)...] } ?? path[...])
        folder = Folder(path: end.map { String(path[..<$0]) } ?? ".")
    }

    /// The version that this process wrote last.
    var version: Int? { written.withLock { $0 } }

    /// Puts a policy in place of an older one.
    ///
    /// The file is complete and on the disk before it has its name, so a crash leaves the old one or the new one. The
    /// lock is held while it is written: of two that are written at once the later version stays.
    ///
    /// - Parameter policy: The policy.
    /// - Throws: `PolicyError` for one that no gateway would take, `SystemError` for what the disk refuses.
    func write(_ policy: GatePolicy) throws {
        try policy.check()
        let document = try policy.document
        try written.withLock { written in
            if let written, written >= policy.version { return }
            try folder.replace(name, with: document.span)
            written = policy.version
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
