import Accounts
import AuditTrail
import HTTPTypes
import Hummingbird
import JSON
import Jobs
import Storage

/// The routes under `/api/queue`.
struct QueueRoutes: Sendable {
    private static let bodyMax = 64 * 1024

    let database: JobDatabase
    let desk: QueueDesk
    let approvals: ApprovalDesk
    let cancellations: CancellationDesk
    let audit: AuditDesk
    let clock: Clock

    func add(to group: RouterGroup<BackendContext>) {
        group.get(use: list)
        group.get("stats", use: statistics)
        group.get("me", use: mine)
        group.get("user/:user", use: user)
        group.get("position/:job", use: position)
        group.get("concurrency", use: concurrency)
        group.post("concurrency", use: setConcurrency)
        group.post("process", use: process)
        group.post("cleanup", use: cleanUp)
        group.post(":job/cancel", use: cancel)
        group.post(":job/approve", use: approve)
        group.post(":job/reject", use: reject)
        group.post(":job/priority", use: prioritise)
    }

    @Sendable private func list(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.signedIn()
        if !caller.may(.queueViewAll) { try context.require(.queueView) }
        var status: JobStatus?
        if let word = request.query("status") {
            status = JobStatus(spelling: word)
            guard status != nil else {
                throw Refusal(unknown: "status", word, JobStatus.allCases.map(\.rawValue), "statuses")
            }
        }
        let jobs = try await desk.jobs(
            of: caller.may(.queueViewAll) ? nil : caller.userID, includesFinished: request.isSet("include_completed"),
            status: status, limit: try request.query("limit", default: 50, in: 1...200))
        return Response([
            "entries": .array(jobs.map(\.document)),
            "total_pending": JSONValue(jobs.count { $0.isWaiting }),
            "total_running": JSONValue(jobs.count { $0.isRunning }),
        ])
    }

    @Sendable private func statistics(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.queueView)
        let byStatus = try await database.statistics(since: clock()).byStatus
        let waiting = try await database.waitingJobs(now: clock())
        let running = try await database.runningJobs()
        let waits = waiting.map { clock().secondsSince($0.queuedAt) }
        var members = (try await database.queueLimits()).members
        members["by_status"] = .object(
            Dictionary(uniqueKeysWithValues: byStatus.map { ($0.key.rawValue, JSONValue($0.value)) }))
        members["by_user"] = .object(
            Dictionary(
                running.map { ($0.key.map { String($0) } ?? "none", JSONValue($0.value)) },
                uniquingKeysWith: { first, _ in first }))
        members["queue_depth"] = JSONValue(waiting.count)
        members["running"] = JSONValue(running.values.reduce(0, +))
        members["avg_wait_seconds"] = waits.isEmpty ? .null : JSONValue(waits.reduce(0, +) / Double(waits.count))
        members["local"] = ["running_jobs": 0, "pending_jobs": 0]
        members["workers"] = ["total": 0, "online": 0]
        return Response(.object(members))
    }

    @Sendable private func mine(_ request: Request, context: BackendContext) async throws -> Response {
        Response(try await overview(of: try context.require(.jobViewOwn).userID))
    }

    @Sendable private func user(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.queueViewAll)
        return Response(try await overview(of: try context.number("user")))
    }

    private func overview(of user: Int64) async throws -> JSONValue {
        let jobs = try await desk.jobs(of: user)
        let waiting = jobs.filter(\.isWaiting)
        let running = jobs.filter(\.isRunning)
        return [
            "pending_count": JSONValue(waiting.count),
            "running_count": JSONValue(running.count),
            "blocked_count": JSONValue(waiting.count { $0.job.requiresApproval }),
            "best_position": waiting.compactMap(\.place?.position).min().map { JSONValue($0) } ?? .null,
            "pending_jobs": .array(waiting.map(\.document)),
            "running_jobs": .array(running.map(\.document)),
        ]
    }

    @Sendable private func position(_ request: Request, context: BackendContext) async throws -> Response {
        let job = try await context.job("job", in: database)
        try context.require(.jobViewOwn, orAll: .jobViewAll, of: job.userID)
        let place = try await desk.forecast().place(of: job)
        return Response([
            "job_id": .string(job.id), "position": JSONValue(place?.position ?? 0),
            "status": .string(job.status.rawValue),
            "priority": .string(JobPriority.name(of: job.effectivePriority)),
            "queued_at": .string((job.queuedAt ?? job.createdAt).description),
            "estimated_wait_seconds": JSONValue(place?.waitSeconds),
        ])
    }

    @Sendable private func concurrency(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.queueView)
        return Response(.object(try await database.queueLimits().members))
    }

    @Sendable private func setConcurrency(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.queueManage)
        let change = try QueueLimitsChange(try await request.object(upTo: Self.bodyMax, context))
        var members = (try await database.changeQueueLimits { change.apply(to: &$0) }).members
        await audit.record(.configChanged, on: "config", "queue", by: request, context)
        members["success"] = true
        return Response(.object(members))
    }

    @Sendable private func process(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.queueManage)
        return Response(["success": true, "processed": JSONValue(try await desk.dispatcher.processSome())])
    }

    @Sendable private func cleanUp(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.queueManage)
        let days = try request.query("days", default: 30, in: 1...365)
        let now = clock()
        let removed = try await database.sweepJobs(endedBefore: now.adding(seconds: -Int64(days) * 86_400), now: now)
        return Response(["success": true, "removed": JSONValue(removed)])
    }

    @Sendable private func cancel(_ request: Request, context: BackendContext) async throws -> Response {
        let job = try await context.job("job", in: database)
        try context.require(.queueCancelOwn, orAll: .queueCancelAll, of: job.userID)
        let after = try await cancellations.cancel(job.id)
        await audit.record(.jobCancelled, on: "job", job.id, by: request, context)
        return Response(["success": true, "job_id": .string(job.id), "status": .string(after.status.rawValue)])
    }

    @Sendable private func approve(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.require(.queueApprove)
        let pending = try await approvals.request(ofJob: try context.parameters.require("job"))
        let done = try await approvals.approve(pending.id, by: caller, notes: nil)
        await audit.record(.jobApproved, on: "job", done.jobID, by: request, context)
        return Response(["success": true, "job_id": .string(done.jobID)])
    }

    @Sendable private func reject(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.require(.queueApprove)
        guard let reason = request.query("reason") else {
            throw Refusal(invalid: "reason", in: "query", "Field required")
        }
        let pending = try await approvals.request(ofJob: try context.parameters.require("job"))
        let done = try await approvals.turnDown(pending.id, as: .rejected, by: caller, reason: reason)
        await audit.record(.jobRejected, on: "job", done.jobID, by: request, context)
        return Response(["success": true, "job_id": .string(done.jobID)])
    }

    @Sendable private func prioritise(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.queueManage)
        let members = try await request.object(upTo: Self.bodyMax, context)
        guard let value = members["priority"], value.isNull || value.integer.map(JobPriority.range.contains) == true
        else { throw Refusal(invalid: "priority", in: "body", "Input should be between 0 and 50, or null") }
        let id = try await context.job("job", in: database).id
        guard let change = try await desk.prioritise(id, value.integer) else { throw Refusal(noJob: id) }
        return Response([
            "success": true, "job_id": .string(id),
            "previous_effective_priority": JSONValue(change.before.effectivePriority),
            "new_effective_priority": JSONValue(change.after.effectivePriority),
            "priority_override": change.after.priorityOverride.map { JSONValue($0) } ?? .null,
        ])
    }
}
