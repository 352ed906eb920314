import Accounts
import AuditTrail
import HTTPTypes
import Hummingbird
import JSON
import Jobs
import Storage

/// What was uploaded for a job, told by the storage endpoint; nil when nothing was.
typealias UploadProgress = @Sendable (_ jobID: String) async -> JSONValue?

/// The routes under `/api/cloud/jobs`.
///
/// A route decodes, calls one method of a desk, and encodes. Anything it would have to decide belongs there.
struct JobRoutes: Sendable {
    private static let bodyMax = 4 * 1024 * 1024

    let database: JobDatabase
    let submissions: SubmissionDesk
    let cancellations: CancellationDesk
    let queue: QueueDesk
    let audit: AuditDesk
    let uploadProgress: UploadProgress
    let uploads: UploadSteps
    let sync: JobSync
    let clock: Clock

    func add(to group: RouterGroup<BackendContext>) {
        group.post(use: submit)
        group.post("submit", use: submit)
        group.get(use: list)
        group.get(":id", use: get)
        group.delete(":id", use: delete)
        group.post(":id/retry", use: retry)
        group.post(":id/cancel", use: cancel)
    }

    @Sendable private func submit(_ request: Request, context: BackendContext) async throws -> Response {
        let order = try JobOrder(
            try await request.object(upTo: Self.bodyMax, context), provider: request.query("provider") ?? "replicate",
            headerKey: request.headers[.idempotencyKey])
        let caller = try context.signedIn()
        guard caller.may(.jobSubmit) else {
            return Response(SubmitAnswer.refused("Permission denied: \(Permission.jobSubmit.rawValue)").document)
        }
        let answer = try await submissions.submit(order, by: caller)
        if answer.isOverQuota {
            await audit.record(.quotaExceeded, on: "user", String(caller.userID), by: request, context)
        }
        if let id = answer.jobID, !answer.isIdempotentHit {
            await audit.record(.jobSubmitted, on: "job", id, ["provider": order.provider], by: request, context)
        }
        return Response(answer.document)
    }

    @Sendable private func list(_ request: Request, context: BackendContext) async throws -> Response {
        var query = try JobQuery(request)
        let caller = try context.signedIn()
        if !caller.may(.jobViewAll) {
            try context.require(.jobViewOwn)
            query.userID = caller.userID
        }
        if request.isSet("sync_active") { await sync.refresh() }
        let page = try await database.jobs(query)
        let now = clock()
        let forecast = try await queue.forecast()
        return Response([
            "jobs": .array(page.jobs.map { $0.document(now: now, place: forecast.place(of: $0)) }),
            "total": JSONValue(page.total),
            "has_more": .bool(query.offset + page.jobs.count < page.total),
        ])
    }

    @Sendable private func get(_ request: Request, context: BackendContext) async throws -> Response {
        let job = try await context.job(in: database)
        try context.require(.jobViewOwn, orAll: .jobViewAll, of: job.userID)
        guard case .object(var members) = job.document(now: clock(), place: try await queue.forecast().place(of: job))
        else { preconditionFailure("a job is an object") }
        members["upload_progress"] = await uploadProgress(job.id) ?? .null
        members["data_upload"] = job.uploadID.flatMap { uploads.step(of: $0)?.document } ?? .null
        return Response(["job": .object(members)])
    }

    @Sendable private func cancel(_ request: Request, context: BackendContext) async throws -> Response {
        let before = try await context.job(in: database)
        try context.require(.jobCancelOwn, orAll: .jobCancelAll, of: before.userID)
        let job = try await cancellations.cancel(before.id)
        await audit.record(.jobCancelled, on: "job", job.id, by: request, context)
        return Response(["success": true, "job_id": .string(job.id), "status": .string(job.status.rawValue)])
    }

    @Sendable private func delete(_ request: Request, context: BackendContext) async throws -> Response {
        let job = try await context.job(in: database)
        try context.require(.jobDeleteOwn, orAll: .jobDeleteAll, of: job.userID)
        guard let found = try await database.deleteFinishedJob(job.id, now: clock()) else {
            throw Refusal(noJob: job.id)
        }
        guard found.status.isTerminal else {
            throw Refusal(
                .badRequest, "Cannot delete job in state '\(found.status.rawValue)'. Cancel it first.")
        }
        await audit.record(.jobDeleted, on: "job", job.id, by: request, context)
        return Response(["success": true, "job_id": .string(job.id)])
    }

    @Sendable private func retry(_ request: Request, context: BackendContext) async throws -> Response {
        let job = try await context.job(in: database)
        try context.require(.jobViewOwn, orAll: .jobViewAll, of: job.userID)
        let answer = try await submissions.retry(job, by: try context.require(.jobSubmit))
        if let id = answer.jobID {
            await audit.record(.jobSubmitted, on: "job", id, ["retry_of": job.id], by: request, context)
        }
        return Response(answer.document)
    }
}

extension Job {
    /// What its submission called the upload of its data; nil when it named none.
    fileprivate var uploadID: String? { metadata["upload_id"]?.text }
}

extension JobQuery {
    fileprivate init(_ request: Request) throws {
        self.init()
        if let text = request.query("job_type") {
            guard let kind = Job.Kind(rawValue: text) else {
                throw Refusal(.badRequest, "Invalid job_type: \(text.prefix(64)). Must be 'local' or 'cloud'.")
            }
            self.kind = kind
        }
        if let text = request.query("status") {
            guard let status = JobStatus(spelling: text) else {
                throw Refusal(.badRequest, "Invalid status: \(text.prefix(64)).")
            }
            self.status = status
        }
        provider = request.query("provider")
        limit = try request.query("limit", default: 50, in: 1...JobQuery.limitMax)
        offset = try request.query("offset", default: 0, in: 0...Int(Int32.max))
    }
}

extension BackendContext {
    /// The job that the path names.
    ///
    /// - Throws: ``Refusal``: 404 when there is none.
    func job(_ name: String = "id", in database: JobDatabase) async throws -> Job {
        let id = try parameters.require(name)
        guard JobID.isPlausible(id), let job = try await database.job(id) else { throw Refusal(noJob: id) }
        return job
    }
}

extension Refusal {
    init(noJob id: String) {
        let id = String(id.prefix(128))
        self.init(.notFound, code: "job_not_found", "Job not found: \(id)", details: ["job_id": .string(id)])
    }
}
