/// How much of a limit is used.
public struct WindowUsage: Equatable, Sendable {
    /// How many requests count now.
    public let count: Int
    public let limit: Int
    /// Seconds until the oldest of them leaves the window, rounded up; 0 when none counts.
    public let resetInSeconds: Int

    public init(count: Int, limit: Int, resetInSeconds: Int) {
        self.count = count
        self.limit = limit
        self.resetInSeconds = resetInSeconds
    }

    public var remaining: Int { max(0, limit - count) }
}
