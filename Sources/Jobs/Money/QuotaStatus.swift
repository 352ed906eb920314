/// What a user has used, counted in one transaction with what is decided by it.
public struct QuotaUsage: Equatable, Sendable {
    public var costLastMonth = 0.0
    public var costLastDay = 0.0
    public var activeJobs = 0
    public var jobsLastDay = 0
    public var jobsLastHour = 0
    public var jobsEver = 0

    public init() {}

    func amount(of type: QuotaType) -> Double {
        switch type {
        case .costMonthly: costLastMonth
        case .costDaily: costLastDay
        case .concurrentJobs: Double(activeJobs)
        case .jobsPerDay: Double(jobsLastDay)
        case .jobsPerHour: Double(jobsLastHour)
        // Jobs run at a provider.
        case .localGPUs: 0
        }
    }
}

/// How a quota stands.
public struct QuotaStatus: Equatable, Sendable {
    /// From which part of the limit on it is worth a word.
    private static let warningPart = 0.8

    public let quota: Quota
    /// What is used, in the unit of the quota's type.
    public let current: Double

    public init(_ quota: Quota, _ usage: QuotaUsage) {
        self.quota = quota
        current = usage.amount(of: quota.type)
    }

    /// Whether nothing more fits.
    public var isExceeded: Bool { current >= quota.limit }
    public var isWarning: Bool { current >= quota.limit * Self.warningPart }
    public var percentUsed: Double { current / quota.limit * 100 }

    /// Whether one more job would pass the limit.
    ///
    /// - Parameter cost: What the job is expected to cost, in US dollars.
    /// - Returns: Whether it would.
    public func isPassed(byJobOf cost: Double) -> Bool {
        switch quota.type {
        case .costMonthly, .costDaily: current + max(0, cost) > quota.limit || current >= quota.limit
        case .concurrentJobs, .jobsPerDay, .jobsPerHour: current + 1 > quota.limit
        case .localGPUs: false
        }
    }

    /// What is told to whoever passes it.
    public var sentence: String {
        switch quota.type {
        case .concurrentJobs: "Maximum \(Int(quota.limit)) concurrent jobs allowed"
        case .jobsPerDay: "Maximum \(Int(quota.limit)) jobs per day allowed"
        case .jobsPerHour: "Maximum \(Int(quota.limit)) jobs per hour allowed"
        case .costDaily: "\(Dollars(current)) of \(Dollars(quota.limit)) daily limit used"
        case .costMonthly: "\(Dollars(current)) of \(Dollars(quota.limit)) monthly limit used"
        case .localGPUs: "Maximum \(Int(quota.limit)) local GPUs allowed"
        }
    }
}

/// US dollars as people read them: `$12.50`.
public struct Dollars: CustomStringConvertible, Sendable {
    private let cents: Int64

    public init(_ amount: Double) {
        cents = Int64((min(max(amount, 0), 1e12) * 100).rounded())
    }

    public var description: String { "$\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)" }
}
