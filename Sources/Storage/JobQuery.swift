public import Jobs

/// Which jobs to list.
public struct JobQuery: Equatable, Sendable {
    public static let limitMax = 500

    public var kind: Job.Kind?
    public var status: JobStatus?
    public var provider: String?
    /// Whose jobs; nil for everybody's.
    public var userID: Int64?
    /// Whether jobs that are over are left out.
    public var isUnfinishedOnly = false
    public var limit = 50
    public var offset = 0

    public init() {}
}

/// Some of the jobs that a query asks for, newest first, and how many there are.
public struct JobPage: Equatable, Sendable {
    public let jobs: [Job]
    public let total: Int
}

/// What the metrics say about jobs.
public struct JobStatistics: Equatable, Sendable {
    /// Jobs made in the time asked for, and what they cost.
    public let total: Int
    public let costUSD: Double
    /// Of those that began and ended.
    public let averageDurationSeconds: Double?
    /// All jobs there are.
    public let byStatus: [JobStatus: Int]

    public var active: Int { byStatus.reduce(0) { $0 + ($1.key.isTerminal ? 0 : $1.value) } }
}
