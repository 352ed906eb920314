/// Who submits a job, as far as that decides whether, when and at whose expense it runs.
public struct Submitter: Equatable, Sendable {
    public let userID: Int64
    /// The levels of the account, for the quotas and rules that are made for a level.
    public var levelIDs: Set<Int64> = []
    public var levels: Set<String> = []
    /// Whether a quota only warns.
    public var passesQuotas = false
    /// Whether no rule asks for an approval.
    public var passesApproval = false
    /// Whether the bound on one user's jobs does not hold; the bound on all jobs does.
    public var passesQueue = false
    public var priority = JobPriority.normal

    public init(userID: Int64) { self.userID = userID }
}
