import Jobs
import Synchronization

/// Something that is found out seldom, and once for everybody who asks.
final class RecentFinding<Value: Sendable>: Sendable {
    private struct Finding {
        let at: Timestamp
        let value: Value
    }

    private let lifetimeSeconds: Double
    private let last = Mutex<Finding?>(nil)
    private let flight = SingleFlight<Value>()

    init(lifetimeSeconds: Double) { self.lifetimeSeconds = lifetimeSeconds }

    /// What was found lately, or is found now.
    func value(_ clock: Clock, _ find: @Sendable () async -> Value) async -> Value {
        await flight.value {
            let now = clock()
            let known = last.withLock { $0 }
            if let known, abs(now.secondsSince(known.at)) < lifetimeSeconds { return known.value }
            let value = await find()
            last.withLock { $0 = Finding(at: now, value: value) }
            return value
        }
    }
}
