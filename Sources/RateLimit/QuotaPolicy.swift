/// A rule's limit without its words: what is handed around for each request.
public struct QuotaPolicy: Equatable, Sendable {
    /// Tells the rule's counts from another's.
    public let id: UInt32
    /// The most requests in any window of the period.
    public let calls: Int
    public let periodSeconds: Int

    init(id: UInt32, calls: Int, periodSeconds: Int) {
        precondition(calls > 0 && periodSeconds > 0, "a rule without a limit or a period limits nothing")
        self.id = id
        self.calls = calls
        self.periodSeconds = periodSeconds
    }
}
