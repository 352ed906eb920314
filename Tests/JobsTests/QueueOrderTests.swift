import Jobs
import Testing

@Suite struct QueueOrderTests {
    private func entry(_ id: String, _ user: Int64, _ priority: Int = 10, at: Int64 = 0, passes: Bool = false)
        -> QueueEntry
    {
        QueueEntry(
            jobID: id, userID: user, effectivePriority: priority, queuedAt: Timestamp(seconds: at),
            passesUserLimit: passes)
    }

    private func limits(_ all: Int, _ user: Int, isFair: Bool = false) -> QueueLimits {
        var limits = QueueLimits()
        (limits.maxConcurrent, limits.userMaxConcurrent, limits.isFair) = (all, user, isFair)
        return limits
    }

    @Test func `priority goes before age, and age before the name`() {
        let waiting = [entry("c", 1, at: 2), entry("b", 2, at: 1), entry("a", 3, at: 1), entry("z", 4, 20, at: 9)]
        #expect(QueueOrder.next(waiting, running: [:], limits: limits(9, 9)) == ["z", "a", "b", "c"])
    }

    @Test func `a user who has enough running holds nobody up`() {
        let waiting = [entry("a", 1), entry("b", 1, at: 1), entry("c", 2, at: 2)]
        #expect(QueueOrder.next(waiting, running: [1: 1], limits: limits(9, 2)) == ["a", "c"])
        #expect(QueueOrder.next([entry("a", 1, passes: true)], running: [1: 2], limits: limits(9, 2)) == ["a"])
    }

    @Test func `with fair shares whoever runs least goes first, within a priority`() {
        let waiting = [entry("a", 1), entry("b", 1, at: 1), entry("c", 2, at: 2), entry("u", 1, 30, at: 9)]
        #expect(
            QueueOrder.next(waiting, running: [:], limits: limits(9, 9, isFair: true)) == ["u", "c", "a", "b"])
    }

    /// Whatever waits and runs: no bound is passed, nothing is picked twice, and nothing that could go is left.
    @Test(arguments: 0..<200) func `no bound is ever passed and no slot is left empty`(seed: UInt64) {
        var random = Sequence(seed: seed)
        let waiting = (0..<Int.random(in: 0...30, using: &random)).map {
            entry(
                "j\($0)", .random(in: 1...4, using: &random), .random(in: 0...50, using: &random),
                at: .random(in: 0...9, using: &random))
        }
        let running = Dictionary(
            uniqueKeysWithValues: (1...4).map { (Int64?.some($0), Int.random(in: 0...3, using: &random)) })
        let limits = limits(
            .random(in: 1...12, using: &random), .random(in: 1...4, using: &random), isFair: seed % 2 == 0)
        let picked = QueueOrder.next(waiting, running: running, limits: limits)
        #expect(Set(picked).count == picked.count)
        var after = running
        for id in picked { after[waiting.first { $0.jobID == id }?.userID, default: 0] += 1 }
        #expect(picked.isEmpty || after.values.reduce(0, +) <= limits.maxConcurrent)
        for (user, count) in after where count > running[user] ?? 0 { #expect(count <= limits.userMaxConcurrent) }
        if after.values.reduce(0, +) < limits.maxConcurrent {
            let left = waiting.filter { !picked.contains($0.jobID) }
            #expect(left.allSatisfy { (after[$0.userID] ?? 0) >= limits.userMaxConcurrent })
        }
        #expect(picked == QueueOrder.next(waiting.shuffled(using: &random), running: running, limits: limits))
    }

    /// SplitMix64: the same seed, the same case.
    private struct Sequence: RandomNumberGenerator {
        var state: UInt64

        init(seed: UInt64) { state = seed }

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var word = state
            word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
            word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
            return word ^ (word >> 31)
        }
    }
}
