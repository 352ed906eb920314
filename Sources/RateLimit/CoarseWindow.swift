/// A window for limits too large to keep each request's time: it counts in steps of a part of the period.
///
/// A step that the window only touches counts as a whole, so there are never more requests in a window than the limit,
/// and who asks evenly gets all but one part in ``stepCount`` of it.
struct CoarseWindow: Sendable {
    static let stepCount = 32

    /// One more than fit into a period: the window touches both the first and the last.
    private var counts = [33 of UInt32](repeating: 0)
    /// The step of the latest request, counted from the limiter's start.
    private var latest: Int64 = 0
    /// The oldest step that counts; the latest where none does.
    private var oldest: Int64 = 0
    private(set) var total = 0

    /// Forgets what has left the window.
    ///
    /// - Parameters:
    ///   - now: Milliseconds.
    ///   - period: Milliseconds.
    mutating func advance(to now: Int64, period: Int) {
        let step = Self.step(now, period)
        guard step > latest else { return }
        for passed in 0..<min(step - latest, Int64(counts.count)) {
            let slot = Self.slot(latest + 1 + passed)
            total -= Int(counts[slot])
            counts[slot] = 0
        }
        latest = step
        oldest = max(oldest, latest - Int64(counts.count) + 1)
        while oldest < latest, counts[Self.slot(oldest)] == 0 { oldest += 1 }
    }

    mutating func add(period: Int) {
        counts[Self.slot(latest)] += 1
        total += 1
    }

    mutating func remove(at time: Int64, period: Int) {
        let slot = Self.slot(Self.step(time, period))
        guard counts[slot] > 0, latest - Self.step(time, period) < Int64(counts.count) else { return }
        counts[slot] -= 1
        total -= 1
    }

    /// Milliseconds until the oldest step that counts leaves.
    func reset(at now: Int64, period: Int) -> Int {
        guard total > 0 else { return 0 }
        let end = (oldest + Int64(counts.count)) * Int64(period) / Int64(Self.stepCount)
        return Int(max(0, end - now)) + 1
    }

    private static func slot(_ step: Int64) -> Int { Int(step % Int64(stepCount + 1)) }

    private static func step(_ now: Int64, _ period: Int) -> Int64 {
        now * Int64(stepCount) / Int64(period)
    }
}
