/// A rule's limit without its words: what is handed around for each request.
public struct QuotaPolicy: Hashable, Sendable {
    /// Tells its counts from another's.
    public let id: UInt32
    public let quota: Quota

    public init(id: UInt32, quota: Quota) {
        self.id = id
        self.quota = quota
    }

    /// The most requests in any window of the period.
    public var calls: Int { quota.calls }
    public var periodSeconds: Int { quota.periodSeconds }
}
