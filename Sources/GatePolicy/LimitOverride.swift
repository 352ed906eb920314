/// A limit that stands in place of a rule's own.
public struct LimitOverride: Hashable, Sendable, Codable {
    /// How many requests in a period; 0 is no limit.
    public var calls: Int
    public var periodSeconds: Int

    public init(calls: Int, periodSeconds: Int) {
        self.calls = calls
        self.periodSeconds = periodSeconds
    }

    private enum CodingKeys: String, CodingKey {
        case calls
        case periodSeconds = "period_seconds"
    }
}
