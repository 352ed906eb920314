import Synchronization

/// Bounds the calls of one kind that are under way at one time.
public final class CallLimit: Sendable {
    private let callsMax: Int
    private let calls = Mutex(0)

    public init(callsMax: Int) { self.callsMax = callsMax }

    /// Whether there is room for one more; if so, `leave` has to follow.
    public func enter() -> Bool {
        calls.withLock { calls in
            guard calls < callsMax else { return false }
            calls += 1
            return true
        }
    }

    public func leave() { calls.withLock { $0 -= 1 } }
}
