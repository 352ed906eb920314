/// A job that waits to be sent.
public struct QueueEntry: Equatable, Sendable {
    public let jobID: String
    public let userID: Int64?
    /// The priority that counts: what somebody set, else the user's.
    public let effectivePriority: Int
    public let queuedAt: Timestamp
    /// Whether the bound on one user's jobs does not hold for it.
    public let passesUserLimit: Bool

    public init(
        jobID: String, userID: Int64?, effectivePriority: Int, queuedAt: Timestamp, passesUserLimit: Bool = false
    ) {
        self.jobID = jobID
        self.userID = userID
        self.effectivePriority = effectivePriority
        self.queuedAt = queuedAt
        self.passesUserLimit = passesUserLimit
    }
}

/// How many jobs run at once.
public struct QueueLimits: Equatable, Sendable {
    public var maxConcurrent = 5
    public var userMaxConcurrent = 2
    public var teamMaxConcurrent = 10
    public var isFair = false
    public var localGPUMaxConcurrent: Int?
    public var localJobMaxConcurrent = 1

    public init() {}
}

/// Which jobs are sent next.
public enum QueueOrder {
    /// Picks what may be sent now.
    ///
    /// The higher effective priority goes first, then, where that is wanted, whose fewest jobs run, then who waited
    /// longest, then the id, so that the order is the same every time. A user who has enough running holds nobody up.
    ///
    /// - Parameters:
    ///   - waiting: The jobs that wait, in any order.
    ///   - running: How many jobs of each user were sent and are not over.
    ///   - limits: The bounds.
    /// - Returns: The ids, in the order in which they are to be sent.
    public static func next(_ waiting: [QueueEntry], running: [Int64?: Int], limits: QueueLimits) -> [String] {
        var running = running
        var slots = limits.maxConcurrent - running.values.reduce(0, +)
        var waiting = waiting.sorted { goesFirst($0, $1) }
        var picked: [String] = []
        while slots > 0, let index = pick(waiting, running, limits) {
            let entry = waiting.remove(at: index)
            picked.append(entry.jobID)
            running[entry.userID, default: 0] += 1
            slots -= 1
        }
        return picked
    }

    /// The waiting jobs, the next first, as far as that does not depend on who runs how many.
    public static func sorted(_ waiting: [QueueEntry]) -> [QueueEntry] { waiting.sorted { goesFirst($0, $1) } }

    private static func pick(_ waiting: [QueueEntry], _ running: [Int64?: Int], _ limits: QueueLimits) -> Int? {
        var best: Int?
        for (index, entry) in waiting.enumerated() {
            let count = running[entry.userID] ?? 0
            guard entry.passesUserLimit || count < limits.userMaxConcurrent else { continue }
            guard let current = best else {
                best = index
                guard limits.isFair else { break }
                continue
            }
            let other = waiting[current]
            guard entry.effectivePriority == other.effectivePriority else { break }
            if count < running[other.userID] ?? 0 { best = index }
        }
        return best
    }

    private static func goesFirst(_ left: QueueEntry, _ right: QueueEntry) -> Bool {
        (right.effectivePriority, left.queuedAt.microseconds, left.jobID)
            < (left.effectivePriority, right.queuedAt.microseconds, right.jobID)
    }
}
