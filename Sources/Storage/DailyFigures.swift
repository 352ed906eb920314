/// What happened on one day, in UTC, by the day on which jobs were made.
public struct DailyFigures: Equatable, Sendable {
    /// `2026-11-23`.
    public let date: String
    public let total: Int
    public let completed: Int
    public let failed: Int
    public let cancelled: Int
    public let local: Int
    public let cloud: Int
    /// In US dollars, of the jobs whose price is known.
    public let cost: Double
    /// Of the jobs that began and ended, in seconds.
    public let seconds: Double
}
