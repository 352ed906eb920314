/// What became of one request, and what its client has left.
public struct RateDecision: Equatable, Sendable {
    public let isAllowed: Bool
    /// The most requests in any window.
    public let limit: Int
    /// How many more would be allowed now.
    public let remaining: Int
    public let periodSeconds: Int
    /// Milliseconds until the oldest request that counts leaves the window; 0 when none counts.
    public let resetMilliseconds: Int
    /// When the request was counted, in milliseconds of the limiter's clock: by this it is given back.
    ///
    /// Later than the caller's own time when another thread, whose clock was read later, was there first.
    public let countedAt: Int64

    public init(
        isAllowed: Bool, limit: Int, remaining: Int, periodSeconds: Int, resetMilliseconds: Int, countedAt: Int64 = 0
    ) {
        self.isAllowed = isAllowed
        self.limit = limit
        self.remaining = remaining
        self.periodSeconds = periodSeconds
        self.resetMilliseconds = resetMilliseconds
        self.countedAt = countedAt
    }

    /// Seconds until then, rounded up: who waits that long is served.
    ///
    /// It is what `Retry-After` carries, never zero, which clients read as "at once".
    public var resetSeconds: Int { max(1, (resetMilliseconds + 999) / 1000) }

    /// How many requests count now.
    public var used: Int { limit - remaining }
}
