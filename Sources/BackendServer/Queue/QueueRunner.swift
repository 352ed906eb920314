import Jobs
import Logging
import ServiceLifecycle
import Storage

/// Sends waiting jobs as soon as there is room, ends what nobody approved in time, and removes jobs that ended long ago.
struct QueueRunner: Service {
    private static let interval = Duration.seconds(5)
    /// Nothing is removed before: whoever took over an old database has time to set for how long it is kept.
    private static let retentionDelaySeconds: Int64 = 3600

    let database: JobDatabase
    let dispatcher: JobDispatcher
    /// When this process began: what was being sent before was interrupted.
    let startedAt: Timestamp
    /// How long a job is kept after its end; nil for ever.
    let retentionDays: Int?
    let logger: Logger
    let clock: Clock

    func run() async throws {
        await repeatUntilShutdown(pausing: Self.interval, wokenBy: dispatcher.bell) { await round() }
    }

    /// Each piece is tried, whatever became of the one before.
    func round() async {
        await attempt("interrupted jobs could not be looked for") {
            try await dispatcher.recover(startedAt: startedAt)
        }
        await attempt("approvals could not be closed") {
            for id in try await database.overdueApprovals(now: clock()) {
                let result = try await database.closeApproval(id, as: .expired, by: nil, notes: nil, now: clock())
                guard let result, let job = try await database.job(result.request.jobID) else { continue }
                await dispatcher.news.tellAnswered(job)
                dispatcher.news.events.publish(.approvalExpired(of: job))
            }
        }
        if let retentionDays, clock() >= startedAt.adding(seconds: Self.retentionDelaySeconds) {
            await attempt("old jobs could not be removed") {
                let now = clock()
                _ = try await database.sweepJobs(
                    endedBefore: now.adding(seconds: -Int64(retentionDays) * 86_400), now: now)
            }
        }
        await attempt("waiting jobs could not be sent") { try await dispatcher.process() }
    }

    private func attempt(_ problem: String, _ piece: () async throws -> Void) async {
        do { try await piece() } catch {
            logger.error("\(problem)", metadata: ["error": "\(error)"])
        }
    }
}
