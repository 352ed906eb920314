import Synchronization

/// Names that somebody is at work on, each for one at a time.
final class NamesInUse: Sendable {
    private let names = Mutex<Set<String>>([])

    /// Whether the name was free and is now the caller's.
    func begin(_ name: String) -> Bool {
        names.withLock { $0.insert(name).inserted }
    }

    func end(_ name: String) {
        names.withLock { _ = $0.remove(name) }
    }
}
