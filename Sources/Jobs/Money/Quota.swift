/// What a quota counts, and how its limit is to be read.
public enum QuotaType: String, CaseIterable, Sendable {
    case costMonthly = "cost_monthly"
    case costDaily = "cost_daily"
    case concurrentJobs = "concurrent_jobs"
    case jobsPerDay = "jobs_per_day"
    case jobsPerHour = "jobs_per_hour"
    case localGPUs = "local_gpus"

    public var unit: String {
        switch self {
        case .costMonthly, .costDaily: "usd"
        case .concurrentJobs, .jobsPerDay, .jobsPerHour: "jobs"
        case .localGPUs: "gpus"
        }
    }

    public var summary: String {
        switch self {
        case .costMonthly: "US dollars in the last 30 days, what running jobs are expected to cost included"
        case .costDaily: "US dollars in the last 24 hours, what running jobs are expected to cost included"
        case .concurrentJobs: "Jobs that are not over"
        case .jobsPerDay: "Jobs submitted in the last 24 hours"
        case .jobsPerHour: "Jobs submitted in the last hour"
        case .localGPUs: "Accelerators of this machine in use; jobs at a provider use none"
        }
    }
}

/// What happens to a job that would pass a limit.
public enum QuotaAction: String, CaseIterable, Sendable {
    case block, warn
    case requireApproval = "require_approval"
}

/// A limit on what one user may use.
public struct Quota: Equatable, Sendable {
    /// Whom it is for.
    ///
    /// A global one is every user's own limit, not one that they share.
    public enum Scope: Hashable, Sendable {
        case global
        case level(Int64)
        case user(Int64)

        /// The narrower, the higher; the narrowest decides.
        fileprivate var rank: Int {
            switch self {
            case .global: 0
            case .level: 1
            case .user: 2
            }
        }

        public var name: String {
            switch self {
            case .global: "global"
            case .level: "level"
            case .user: "user"
            }
        }

        fileprivate func holds(for submitter: Submitter) -> Bool {
            switch self {
            case .global: true
            case .level(let id): submitter.levelIDs.contains(id)
            case .user(let id): submitter.userID == id
            }
        }
    }

    public let id: Int64
    public let type: QuotaType
    /// In the unit of its type; above zero.
    public let limit: Double
    public let action: QuotaAction
    public let scope: Scope

    public init(id: Int64, type: QuotaType, limit: Double, action: QuotaAction, scope: Scope) {
        self.id = id
        self.type = type
        self.limit = limit
        self.action = action
        self.scope = scope
    }
}

extension [Quota] {
    /// The quotas that hold for somebody: of each type those of the narrowest scope that has any.
    public func holding(for submitter: Submitter) -> [Quota] {
        let mine = filter { $0.scope.holds(for: submitter) }
        return mine.filter { quota in
            !mine.contains { $0.type == quota.type && $0.scope.rank > quota.scope.rank }
        }
    }
}
