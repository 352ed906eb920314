import Synchronization

/// The folders whose own names are known to be on disk, so that they need not be synced for every object.
///
/// Remembered per process: what another process made and did not live to sync is synced again after a restart.
final class DurableFolders: Sendable {
    private let known = Mutex<Set<[String]>>([])

    static let knownMax = 65_536

    func contains(_ folders: [String]) -> Bool { known.withLock { $0.contains(folders) } }

    func insert(_ folders: [String]) {
        known.withLock { known in
            if known.count >= Self.knownMax { known.removeAll() }
            for depth in 1...folders.count { known.insert(Array(folders.prefix(depth))) }
        }
    }

    /// Forgets folders that somebody removed.
    func forget() { known.withLock { $0.removeAll() } }
}
