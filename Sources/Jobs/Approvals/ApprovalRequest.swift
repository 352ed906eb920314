/// A job that waits for somebody's approval, or what became of that.
public struct ApprovalRequest: Equatable, Sendable {
    public enum Status: String, CaseIterable, Sendable { case pending, approved, rejected, expired, cancelled }

    /// How long somebody has to decide, in seconds.
    public static let lifetimeSeconds: Int64 = 86_400

    public let id: Int64
    public let jobID: String
    public let userID: Int64?
    public let ruleID: Int64?
    public var status: Status
    public let reason: String
    public let provider: String?
    public let configName: String?
    public let estimatedCost: Double?
    public let hardwareType: String?
    public let requiredLevel: String
    public var reviewedBy: Int64?
    public var reviewedAt: Timestamp?
    public var notes: String?
    public let createdAt: Timestamp
    public let expiresAt: Timestamp

    public init(
        id: Int64, job: Job, need: ApprovalNeed, status: Status = .pending, createdAt: Timestamp, expiresAt: Timestamp
    ) {
        self.id = id
        jobID = job.id
        userID = job.userID
        ruleID = need.ruleID
        self.status = status
        reason = need.reason
        provider = job.provider
        configName = job.configName
        estimatedCost = job.estimatedCostUSD
        hardwareType = job.hardwareType
        requiredLevel = need.level
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
