import Accounts
import HTTPTypes
import JSON
import Jobs
import Storage

/// What waits, and who may run how much.
struct QueueDesk: Sendable {
    let database: JobDatabase
    let dispatcher: JobDispatcher
    let clock: Clock

    /// The queue as somebody sees it.
    ///
    /// - Parameters:
    ///   - user: Whose jobs; nil for everybody's.
    ///   - includesFinished: Whether jobs that are over are listed too.
    ///   - status: Only jobs in this state; nil for all.
    ///   - limit: How many at most.
    /// - Returns: The jobs: the newest first, with their places in the queue.
    /// - Throws: What the database says.
    func jobs(
        of user: Int64?, includesFinished: Bool = false, status: JobStatus? = nil, limit: Int = JobQuery.limitMax
    ) async throws -> [Placed] {
        var query = JobQuery()
        (query.userID, query.limit, query.status) = (user, limit, status)
        query.isUnfinishedOnly = !includesFinished && status == nil
        let forecast = try await forecast()
        return try await database.jobs(query).jobs.map { Placed(job: $0, place: forecast.place(of: $0)) }
    }

    /// A job and its place in the queue; nil for one that does not wait.
    struct Placed: Sendable {
        let job: Job
        let place: QueueForecast.Place?
    }

    /// Where the waiting jobs stand, and how long they are likely to wait.
    func forecast() async throws -> QueueForecast { try await database.queueForecast(now: clock()) }

    struct Change: Sendable {
        let before: Job
        let after: Job
    }

    /// Sets a job's priority, or with nil takes back what was set.
    ///
    /// - Returns: The job before and after; nil when there is none.
    func prioritise(_ id: String, _ priority: Int?) async throws -> Change? {
        guard let before = try await database.job(id) else { return nil }
        let after = try await database.updateJob(id) { $0.priorityOverride = priority }
        return after.map { Change(before: before, after: $0) }
    }
}
