public import JSON

/// One training job, here or at a provider.
///
/// Knows nothing of how it is stored or submitted. Its upload credential is not part of it: whoever shows a job cannot
/// show that by mistake.
public struct Job: Equatable, Sendable {
    public enum Kind: String, Sendable { case local, cloud }

    public let id: String
    /// The provider's own id of the job (Replicate: the prediction), once it is known.
    public var externalID: String?
    public let kind: Kind
    public let provider: String?
    public var status: JobStatus
    public let configName: String?
    public let createdAt: Timestamp
    public var queuedAt: Timestamp?
    public var startedAt: Timestamp?
    public var completedAt: Timestamp?
    public var costUSD: Double?
    public var hardwareType: String?
    public var errorMessage: String?
    public var outputURL: String?
    /// Whose it is; nil when it is nobody's.
    public var userID: Int64?
    /// What it is expected to cost, in US dollars: reserved while its price is not known.
    public var estimatedCostUSD: Double?
    public var priority = JobPriority.normal.rawValue
    /// What somebody set instead of `priority`.
    public var priorityOverride: Int?
    /// Whether it waits until somebody approves it.
    public var requiresApproval = false
    /// Counted from 1; a job that is tried again is a new one with the next number.
    public var attempt = 1
    /// What is known besides.
    ///
    /// Such as `prediction_id`, `webhook_url`, `hardware_profile`, `model`, `tracker_run_name`.
    public var metadata: [String: JSONValue]

    public init(
        id: String, kind: Kind, provider: String?, configName: String?, createdAt: Timestamp,
        status: JobStatus = .pending, metadata: [String: JSONValue] = [:]
    ) {
        self.id = id
        self.kind = kind
        self.provider = provider
        self.status = status
        self.configName = configName
        self.createdAt = createdAt
        self.metadata = metadata
    }

    public var effectivePriority: Int { priorityOverride ?? priority }

    /// How long it ran, or has been running until `now`.
    public func durationSeconds(now: Timestamp) -> Double? {
        guard let startedAt else { return nil }
        return max(0, (completedAt ?? now).secondsSince(startedAt))
    }
}
