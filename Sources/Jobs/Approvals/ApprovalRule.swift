/// When a job needs somebody's approval before it is sent.
public struct ApprovalRule: Equatable, Sendable {
    public enum Condition: String, CaseIterable, Sendable {
        case costExceeds = "cost_exceeds"
        case hardwareType = "hardware_type"
        case provider
        case userLevel = "user_level"
        case dailyJobsExceed = "daily_jobs_exceed"
        case firstJob = "first_job"
        case configPattern = "config_pattern"

        public var summary: String {
            switch self {
            case .costExceeds: "The job is expected to cost more than this many US dollars"
            case .hardwareType: "The name of the machine contains this text"
            case .provider: "The job goes to this provider"
            case .userLevel: "The account has this level"
            case .dailyJobsExceed: "The user submitted at least this many jobs in the last 24 hours"
            case .firstJob: "It is the user's first job"
            case .configPattern: "The name of the configuration matches this text, in which * stands for anything"
            }
        }

        /// Whether the threshold has to be a number that is not negative.
        public var isNumeric: Bool { self == .costExceeds || self == .dailyJobsExceed }
    }

    /// What is asked for, as far as rules look at it.
    public struct Wish: Equatable, Sendable {
        public let provider: String
        public let configName: String?
        public let hardware: HardwareProfile
        /// What it is expected to cost, in US dollars.
        public let cost: Double

        public init(provider: String, configName: String?, hardware: HardwareProfile, cost: Double) {
            self.provider = provider
            self.configName = configName
            self.hardware = hardware
            self.cost = cost
        }
    }

    public var id: Int64 = 0
    public var name: String
    public var description = ""
    public var condition: Condition
    public var threshold: String
    public var isActive = true
    /// The highest that applies is the one that is told.
    public var priority = 0
    public var provider: String?
    public var level: String?
    public var exemptLevels: [String] = []
    public var approverLevel = "lead"
    public var createdAt: Timestamp
    public var createdBy: Int64?

    public init(name: String, condition: Condition, threshold: String, createdAt: Timestamp) {
        self.name = name
        self.condition = condition
        self.threshold = threshold
        self.createdAt = createdAt
    }

    /// Whether it asks for an approval of this job.
    ///
    /// A number that cannot be read asks for one: a rule that was damaged must not let everything through.
    public func applies(to wish: Wish, by submitter: Submitter, _ usage: QuotaUsage) -> Bool {
        guard isActive, provider == nil || provider == wish.provider,
            level.map({ submitter.levels.contains($0) }) ?? true, submitter.levels.isDisjoint(with: exemptLevels)
        else { return false }
        switch condition {
        case .costExceeds: return Double(threshold).map { wish.cost > $0 } ?? true
        case .hardwareType:
            let wanted = threshold.lowercased()
            return wish.hardware.rawValue.contains(wanted)
                || wish.hardware.hardwareType.lowercased().contains(wanted)
        case .provider: return wish.provider == threshold
        case .userLevel: return submitter.levels.contains(threshold)
        case .dailyJobsExceed: return Int(threshold).map { usage.jobsLastDay >= $0 } ?? true
        case .firstJob: return usage.jobsEver == 0
        case .configPattern: return Wildcard(threshold).matches(wish.configName ?? "")
        }
    }
}

/// Who has to agree to a job, and why.
public struct ApprovalNeed: Equatable, Sendable {
    /// Nil when a quota asks for it.
    public let ruleID: Int64?
    public let reason: String
    /// The level that may agree.
    public let level: String

    public init(ruleID: Int64?, reason: String, level: String) {
        self.ruleID = ruleID
        self.reason = reason
        self.level = level
    }
}

extension [ApprovalRule] {
    /// The approval that a job needs: by the rule of the highest priority, then by the oldest.
    public func need(of wish: ApprovalRule.Wish, by submitter: Submitter, _ usage: QuotaUsage) -> ApprovalNeed? {
        filter { $0.applies(to: wish, by: submitter, usage) }
            .min { ($1.priority, $0.id) < ($0.priority, $1.id) }
            .map { ApprovalNeed(ruleID: $0.id, reason: "Rule: \($0.name)", level: $0.approverLevel) }
    }
}
