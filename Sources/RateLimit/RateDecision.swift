/// What became of one request, and what its client has left.
public struct RateDecision: Equatable, Sendable {
    public let isAllowed: Bool
    /// The most requests in any window.
    public let limit: Int
    /// How many more would be allowed now.
    public let remaining: Int
    public let periodSeconds: Int
    /// Milliseconds until the oldest request that counts leaves the window.
    public let resetMilliseconds: Int

    public init(isAllowed: Bool, limit: Int, remaining: Int, periodSeconds: Int, resetMilliseconds: Int) {
        self.isAllowed = isAllowed
        self.limit = limit
        self.remaining = remaining
        self.periodSeconds = periodSeconds
        self.resetMilliseconds = resetMilliseconds
    }

    /// Seconds until then, rounded up: who waits that long is served.
    public var resetSeconds: Int { max(1, (resetMilliseconds + 999) / 1000) }
}
