import Jobs
import Providers
import Synchronization

/// A clock that stands still but for those who sleep by it, and dice that always fall the same.
final class FakeTime: Sendable {
    private let elapsed = Mutex(Duration.zero)
    private let slept = Mutex<[Duration]>([])

    func pass(_ duration: Duration) { elapsed.withLock { $0 += duration } }

    var now: Duration { elapsed.withLock { $0 } }

    /// A clock that goes as this time does.
    func clock(from start: Timestamp) -> @Sendable () -> Timestamp {
        { [self] in
            let (seconds, attoseconds) = now.components
            return Timestamp(microseconds: start.microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
        }
    }

    /// What was slept, in order.
    var sleeps: [Duration] { slept.withLock { $0 } }

    func pacing(clock: @escaping @Sendable () -> Timestamp) -> Pacing {
        Pacing(
            now: { [self] in now }, clock: clock,
            sleep: { [self] duration in
                slept.withLock { $0.append(duration) }
                pass(duration)
                return true
            }, chance: { 0.5 })
    }
}
