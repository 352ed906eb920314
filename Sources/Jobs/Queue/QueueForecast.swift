/// Where in the queue jobs wait, and how long they are likely to.
///
/// Only an estimate: it takes it that slots come free evenly, with `n` slots and jobs of `m` seconds one each `m / n`
/// seconds, and that every job before this one runs as long as jobs on this one's machine do. What it knows for certain
/// is that a job for which there is room begins at once.
public struct QueueForecast: Sendable {
    /// A job's place in the queue.
    public struct Place: Equatable, Sendable {
        /// Counted from 1.
        public let position: Int
        /// How long until it begins, in whole seconds; nil when no such job has ended yet.
        public let waitSeconds: Double?

        public init(position: Int, waitSeconds: Double?) {
            self.position = position
            self.waitSeconds = waitSeconds
        }
    }

    private struct Turn {
        let position: Int
        /// How many run times pass before it begins.
        let runs: Double
    }

    private let turns: [String: Turn]
    private let averageSeconds: [String: Double]

    /// - Parameters:
    ///   - waiting: The jobs that wait, in any order.
    ///   - running: How many jobs of each user were sent and are not over.
    ///   - limits: The bounds.
    ///   - averageSeconds: How long jobs ran on average, by the machine as ``HardwareProfile/hardwareType`` calls it.
    public init(
        _ waiting: [QueueEntry], running: [Int64?: Int], limits: QueueLimits, averageSeconds: [String: Double]
    ) {
        let everybodys = running.values.reduce(0, +)
        var turns: [String: Turn] = [:]
        var waitingOf: [Int64?: Int] = [:]
        for (index, entry) in QueueOrder.sorted(waiting).enumerated() {
            waitingOf[entry.userID, default: 0] += 1
            var runs = Self.runs(before: index + 1, slots: limits.maxConcurrent, taken: everybodys)
            if !entry.passesUserLimit {
                let own = Self.runs(
                    before: waitingOf[entry.userID] ?? 1, slots: limits.userMaxConcurrent,
                    taken: running[entry.userID] ?? 0)
                runs = max(runs, own)
            }
            turns[entry.jobID] = Turn(position: index + 1, runs: runs)
        }
        self.turns = turns
        self.averageSeconds = averageSeconds
    }

    /// How many run times pass until the job at a position begins.
    private static func runs(before position: Int, slots: Int, taken: Int) -> Double {
        Double(max(0, position + taken - slots)) / Double(max(1, slots))
    }

    /// The place of a job; nil when it does not wait for its turn.
    ///
    /// - Parameters:
    ///   - job: Its id.
    ///   - hardware: The machine that it waits for, as ``HardwareProfile/hardwareType`` calls it.
    /// - Returns: Its position and how long it is likely to wait.
    public func place(of job: String, hardware: String?) -> Place? {
        guard let turn = turns[job] else { return nil }
        guard turn.runs > 0 else { return Place(position: turn.position, waitSeconds: 0) }
        let average = hardware.flatMap { averageSeconds[$0] }
        return Place(position: turn.position, waitSeconds: average.map { ($0 * turn.runs).rounded() })
    }

    public func place(of job: Job) -> Place? { place(of: job.id, hardware: job.hardwareType) }
}
