import Synchronization

/// Bounds the calls that are under way at one time, for all ways out together.
final class CallLimit: Sendable {
    static let callsMax = 100

    private let calls = Mutex(0)

    /// Whether there is room for one more; if so, `leave` has to follow.
    func enter() -> Bool {
        calls.withLock { calls in
            guard calls < Self.callsMax else { return false }
            calls += 1
            return true
        }
    }

    func leave() { calls.withLock { $0 -= 1 } }
}
