/// The limit on what all jobs at a provider may cost within a rolling period.
public struct CostLimit: Equatable, Sendable {
    public enum Period: String, CaseIterable, Sendable {
        case daily, weekly, monthly, yearly

        public var days: Int64 {
            switch self {
            case .daily: 1
            case .weekly: 7
            case .monthly: 30
            case .yearly: 365
            }
        }
    }

    public enum Action: String, CaseIterable, Sendable { case warn, block }

    /// In US dollars; zero allows nothing.
    public let amount: Double
    public let period: Period
    public let action: Action

    public init(amount: Double, period: Period, action: Action) {
        self.amount = amount
        self.period = period
        self.action = action
    }

    /// Whether one more job would pass it.
    ///
    /// - Parameters:
    ///   - spend: What was spent and is reserved in the period, in US dollars.
    ///   - cost: What the job is expected to cost.
    /// - Returns: Whether it would.
    public func isPassed(at spend: Double, byJobOf cost: Double) -> Bool {
        spend >= amount || spend + max(0, cost) > amount
    }

    public func percent(of spend: Double) -> Double { amount > 0 ? spend / amount * 100 : 100 }

    public func sentence(_ spend: Double) -> String {
        "\(Dollars(spend)) spent of \(Dollars(amount)) \(period.rawValue) limit."
    }
}

/// What a job is expected to cost, which is reserved until its price is known.
public struct CostEstimate: Equatable, Sendable {
    /// How long a job is expected to run that nothing like it ran before.
    public static let standardSeconds = 3600.0

    /// In seconds, of earlier jobs on the same machine; nil without any.
    public let averageSeconds: Double?
    public let pricePerSecond: Double

    public init(averageSeconds: Double?, pricePerSecond: Double) {
        self.averageSeconds = averageSeconds
        self.pricePerSecond = pricePerSecond
    }

    /// In US dollars.
    public var cost: Double { pricePerSecond * (averageSeconds ?? Self.standardSeconds) }
}
