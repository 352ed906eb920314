import Accounts
import HTTPTypes
import Hummingbird
import JSON
import Jobs
import NetworkAddress
import Providers
import ServiceLifecycle
import Storage

/// The routes under `/api/cloud/jobs` that look at what a job does.
struct JobObservationRoutes: Sendable {
    /// How often a followed log is asked for, and how often at most: two hours.
    static let pause = Duration.seconds(2)
    private static let roundsMax = 3600

    let database: JobDatabase
    let logs: JobLogs
    let audience: LogAudience
    let sync: JobSync

    func add(to group: RouterGroup<BackendContext>) {
        group.post("sync", use: synchronize)
        group.get(":id/logs", use: whole)
        group.get(":id/logs/stream", use: follow)
        group.get(":id/inline-progress", use: progress)
    }

    @Sendable private func synchronize(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.jobViewAll)
        let result = try await sync.run()
        return Response([
            "synced": JSONValue(result.discovered + result.updated),
            "discovered": JSONValue(result.discovered),
            "updated": JSONValue(result.updated),
            "message": .string("Discovered \(result.discovered) jobs from Replicate, updated \(result.updated)."),
        ])
    }

    @Sendable private func whole(_ request: Request, context: BackendContext) async throws -> Response {
        let job = try await job(context)
        return Response(["job_id": .string(job.id), "logs": .string(try await logs.logs(of: job))])
    }

    @Sendable private func progress(_ request: Request, context: BackendContext) async throws -> Response {
        let job = try await job(context)
        let progress = LogProgress(logs: try await logs.logs(of: job))
        return Response([
            "job_id": .string(job.id), "stage": JSONValue(progress.stage), "last_log": JSONValue(progress.lastLine),
            "progress": JSONValue(progress.percent),
        ])
    }

    @Sendable private func follow(_ request: Request, context: BackendContext) async throws -> Response {
        let id = try await job(context).id
        let user = try context.signedIn().userID
        guard let seat = audience.seat(at: id, client: context.clientKey, user: user) else { return .tooManyStreams }
        return Response(eventStreamFor: request, of: context) { client, writer in
            let status = try await follow(id, seat, client, writer)
            try await writer.write("event: done\ndata: \(status.rawValue)\n\n")
            try await writer.write("event: done\ndata: stream_end\n\n")
        }
    }

    /// Tells line after line until the job is over.
    ///
    /// A provider that does not answer for a while only makes the lines later.
    private func follow(
        _ id: String, _ seat: LogAudience.Seat, _ client: ClientPresence, _ writer: EventWriter
    ) async throws -> JobStatus {
        var follower = LogFollower()
        var status = JobStatus.pending
        for round in 0..<Self.roundsMax {
            guard let job = try await database.job(id) else { break }
            status = job.status
            if let text = await seat.text(of: job) {
                let lines = follower.lines(of: text, isLast: status.isTerminal)
                if !lines.isEmpty { try await writer.write(lines.map(Self.frame).joined()) }
            }
            // A comment now and then: what lies between must not think that the connection is dead.
            if round % 8 == 7 { try await writer.write(": still here\n\n") }
            if status.isTerminal || client.isGone || Task.isShuttingDownGracefully { break }
            try await Task.sleep(for: Self.pause)
        }
        return status
    }

    /// A line as an event; a carriage return in it, as progress bars print, ends a line of the stream too.
    private static func frame(_ line: String) -> String {
        let parts = line.split(separator: "\r", omittingEmptySubsequences: true)
        return (parts.isEmpty ? [""] : parts).map { "data: \($0)\n" }.joined() + "\n"
    }

    private func job(_ context: BackendContext) async throws -> Job {
        let job = try await context.job(in: database)
        try context.require(.jobViewOwn, orAll: .jobViewAll, of: job.userID)
        return job
    }
}
