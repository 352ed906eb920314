/// How many requests may come in any window of a period.
public struct Quota: Hashable, Sendable {
    /// Longer than this no count is kept: the times of requests are 32 bits of milliseconds.
    public static let periodSecondsMax = 86_400
    public static let callsMax = 1_000_000_000

    public let calls: Int
    public let periodSeconds: Int

    /// - Parameters:
    ///   - calls: 1 to ``callsMax``.
    ///   - periodSeconds: 1 to ``periodSecondsMax``.
    public init(calls: Int, periodSeconds: Int) {
        precondition((1...Self.callsMax).contains(calls), "a quota has calls, and not more than fit 30 bits")
        precondition((1...Self.periodSecondsMax).contains(periodSeconds), "a quota's period is a second to a day")
        self.calls = calls
        self.periodSeconds = periodSeconds
    }

    var periodMilliseconds: Int64 { Int64(periodSeconds) * 1000 }
}
