/// The gateways that run at the same time: one as a rule, two while a new one takes over from an old one.
///
/// Pure: it is told of starts and ends, and says what an end means.
struct Generations: Sendable {
    enum Verdict: Equatable, Sendable {
        /// The old one has handed over and finished what it had.
        case predecessorDone
        /// The old one died, and the new one is there.
        case predecessorLost
        /// The new one died, and the old one is there: it may still serve, or have handed over already.
        case successorLost
        /// Nobody is left.
        case lastEnded
    }

    private var living: [Int] = []
    private var last = 0

    /// Whether a new one is taking over, or an old one still finishes.
    var areSeveral: Bool { living.count > 1 }

    mutating func start() -> Int {
        last += 1
        living.append(last)
        return last
    }

    mutating func end(_ generation: Int, _ ending: ProgramEnding) -> Verdict {
        let wasNewest = living.last == generation
        living.removeAll { $0 == generation }
        if living.isEmpty { return .lastEnded }
        if wasNewest { return .successorLost }
        return ending.isCleanStop ? .predecessorDone : .predecessorLost
    }
}
