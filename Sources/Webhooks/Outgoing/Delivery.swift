public import Jobs

/// One message to one address: it is sent until the address takes it, or often enough.
public struct Delivery: Equatable, Sendable {
    /// How it stands.
    public enum State: String, Sendable {
        case waiting, delivered, failed
    }

    /// What became of one attempt.
    public struct Attempt: Equatable, Sendable {
        /// Nil when there was no answer.
        public let status: Int?
        public let milliseconds: Double
        /// Nil when the address took it.
        public let problem: String?

        public init(status: Int?, milliseconds: Double, problem: String?) {
            self.status = status
            self.milliseconds = milliseconds
            self.problem = problem
        }
    }

    public let id: Int64
    public let subscriptionID: Int64
    /// The name of an event, or `test`.
    public let event: String
    /// Our id; nil for a test.
    public let jobID: String?
    public let createdAt: Timestamp
    /// How often it was sent.
    public let attempts: Int
    public let state: State
    public let last: Attempt?

    public init(
        id: Int64, subscriptionID: Int64, event: String, jobID: String?, createdAt: Timestamp, attempts: Int,
        state: State, last: Attempt?
    ) {
        self.id = id
        self.subscriptionID = subscriptionID
        self.event = event
        self.jobID = jobID
        self.createdAt = createdAt
        self.attempts = attempts
        self.state = state
        self.last = last
    }

    /// How long to wait after each attempt that failed; there is one attempt more than waits.
    private static let waits: [Int64] = [5, 30, 120, 600, 3600]

    /// How long to wait after an attempt before the next.
    ///
    /// - Parameter attempts: How many there were.
    /// - Returns: Seconds; nil when that was the last.
    public static func wait(after attempts: Int) -> Int64? {
        waits.indices.contains(attempts - 1) ? waits[attempts - 1] : nil
    }
}
