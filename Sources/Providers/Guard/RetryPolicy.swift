/// Whether a call is made again, and when: at most three attempts, further and further apart.
///
/// The pauses are drawn from the whole range up to a bound that doubles ("full jitter"), so that many who failed together
/// do not come back together. Pure: the draw is an argument.
public struct RetryPolicy: Sendable {
    public let attemptsMax: Int
    private static let base = Duration.seconds(1)
    private static let pauseMax = Duration.seconds(30)

    /// Three attempts, as SimpleTuner makes them.
    public static let standard = RetryPolicy(attemptsMax: 3)
    /// For who asks again anyway.
    public static let once = RetryPolicy(attemptsMax: 1)

    public init(attemptsMax: Int) {
        precondition(attemptsMax >= 1, "a call is tried at least once")
        self.attemptsMax = attemptsMax
    }

    /// How an attempt ended.
    public enum Outcome: Equatable, Sendable {
        /// Answered with a status, perhaps with the time after which to come back.
        case answered(status: Int, retryAfter: Duration?)
        case notSent
        case unclear
    }

    /// The pause before the next attempt.
    ///
    /// Whoever says when to come back is obeyed: where that is longer than any pause of ours, it is given up instead,
    /// because somebody waits for an answer.
    ///
    /// - Parameters:
    ///   - outcome: How the last attempt ended.
    ///   - attempts: How many there were.
    ///   - isRepeatable: Whether doing it twice is the same as doing it once; if not, it is repeated only when nothing
    ///     was sent.
    ///   - chance: A random number from 0 to 1.
    /// - Returns: Nil when the outcome stands.
    public func pause(after outcome: Outcome, attempts: Int, isRepeatable: Bool, chance: Double) -> Duration? {
        guard attempts < attemptsMax else { return nil }
        let jitter = min(Self.base * (1 << min(attempts - 1, 5)), Self.pauseMax) * chance
        switch outcome {
        case .notSent: return jitter
        case .unclear: return isRepeatable ? jitter : nil
        case .answered(let status, let retryAfter):
            guard isRepeatable, Self.temporary.contains(status) else { return nil }
            guard let retryAfter else { return jitter }
            return retryAfter <= Self.pauseMax ? max(retryAfter, jitter) : nil
        }
    }

    private static let temporary: Set = [429, 500, 502, 503, 504]
}
