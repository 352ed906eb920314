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
    let audit: AuditDesk
    let uploadProgress: UploadProgress
    let sync: JobSync
    let clock: Clock

    func add(to group: RouterGroup<BackendContext>) {
        group.post(use: submit)
        group.post("submit", use: submit)
        group.get(use: list)
        group.get(":id", use: get)
        group.post(":id/cancel", use: cancel)
    }

    @Sendable private func submit(_ request: Request, context: BackendContext) async throws -> Response {
        let order = try JobOrder(
            try await request.object(upTo: Self.bodyMax, context), provider: request.query("provider") ?? "replicate",
            headerKey: request.headers[.idempotencyKey])
        let answer = try await submissions.submit(order)
        if let id = answer.jobID, !answer.isIdempotentHit {
            await record(.jobSubmitted, id, ["provider": order.provider], request, context)
        }
        return Response(answer.document)
    }

    @Sendable private func list(_ request: Request, context: BackendContext) async throws -> Response {
        let query = try JobQuery(request)
        if request.isSet("sync_active") { await sync.refresh() }
        let page = try await database.jobs(query)
        let now = clock()
        return Response([
            "jobs": .array(page.jobs.map { $0.document(now: now) }),
            "total": JSONValue(page.total),
            "has_more": .bool(query.offset + page.jobs.count < page.total),
        ])
    }

    @Sendable private func get(_ request: Request, context: BackendContext) async throws -> Response {
        let id = try context.parameters.require("id")
        guard JobID.isPlausible(id), let job = try await database.job(id) else { throw Refusal(noJob: id) }
        guard case .object(var members) = job.document(now: clock()) else { preconditionFailure("a job is an object") }
        members["upload_progress"] = await uploadProgress(job.id) ?? .null
        return Response(["job": .object(members)])
    }

    @Sendable private func cancel(_ request: Request, context: BackendContext) async throws -> Response {
        let job = try await cancellations.cancel(try context.parameters.require("id"))
        await record(.jobCancelled, job.id, [:], request, context)
        return Response(["success": true, "job_id": .string(job.id), "status": .string(job.status.rawValue)])
    }

    /// Writes down what was done to a job, when it is done.
    private func record(
        _ type: AuditEventType, _ job: String, _ details: [String: String], _ request: Request,
        _ context: BackendContext
    ) async {
        var event = audit.event(type)
        event.take(from: request, context)
        (event.targetType, event.target, event.details) = ("job", job, details)
        await audit.record(event)
    }
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

extension Refusal {
    init(noJob id: String) {
        let id = String(id.prefix(128))
        self.init(.notFound, code: "job_not_found", "Job not found: \(id)", details: ["job_id": .string(id)])
    }
}
