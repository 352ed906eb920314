import HTTPTypes
import JSON
import Jobs
import Providers
import Storage

/// Stops jobs, at the provider first and then here.
struct CancellationDesk: Sendable {
    let database: JobDatabase
    let providers: ProviderDesk
    let news: JobNews
    let clock: Clock

    /// Cancels a job.
    ///
    /// Its upload token dies with it.
    ///
    /// - Parameter id: Our id or the provider's.
    /// - Returns: The cancelled job.
    /// - Throws: `Refusal` when there is no such job, when it is over, or when the provider does not do it.
    func cancel(_ id: String) async throws -> Job {
        guard JobID.isPlausible(id), let job = try await database.job(id) else { throw Refusal(noJob: id) }
        guard !job.status.isTerminal else { throw Refusal(finished: job) }
        let configuration = try await providers.configuration()
        var update = try await stop(job, configuration)
        // The provider may have finished it in the meantime; then that is what happened to it.
        if update.status?.isTerminal != true { update.status = .cancelled }
        let (final, prices, now) = (update, configuration.prices, clock())
        guard let after = try await database.updateJob(job.id, { $0.apply(final, prices: prices, now: now) }) else {
            throw Refusal(noJob: id)
        }
        await news.tell(job, after, by: .request)
        guard after.status == .cancelled else { throw Refusal(finished: after) }
        if let request = try await database.approvalRequest(ofJob: after.id), request.status == .pending {
            _ = try await database.closeApproval(request.id, as: .cancelled, by: nil, notes: nil, now: now)
        }
        return after
    }

    private func stop(_ job: Job, _ configuration: ProviderConfiguration) async throws -> JobUpdate {
        guard job.provider == ProviderName.replicate.rawValue else { return JobUpdate() }
        // What waits here has nobody to be stopped at. If it is sent meanwhile, the sender finds it cancelled and stops it.
        if job.externalID == nil, try await database.waitsHere(job.id) { return JobUpdate() }
        guard let client = await providers.replicate(configuration) else {
            throw Refusal(
                .serviceUnavailable, code: "provider_unavailable", "Replicate API token not configured.")
        }
        do throws(ProviderError) {
            // Without an id its submission is unresolved: what was started must be found to be stopped.
            guard let external = try await externalID(of: job, client) else { return JobUpdate() }
            return try await client.cancelPrediction(external)?.update ?? JobUpdate()
        } catch {
            throw Refusal(error)
        }
    }

    private func externalID(of job: Job, _ client: ReplicateClient) async throws(ProviderError) -> String? {
        if let id = job.externalID { return id }
        return try await PredictionSearch(client: client).prediction(of: job, sentAt: job.createdAt)?.id
    }
}

extension Refusal {
    fileprivate static let cancellable = ["pending", "uploading", "queued", "running", "starting"]

    fileprivate init(finished job: Job) {
        let allowed = Self.cancellable.map { "'\($0)'" }.joined(separator: ", ")
        self.init(
            .conflict, code: "invalid_job_state",
            "Job \(job.id) is in state '\(job.status.rawValue)', operation requires one of: [\(allowed)]",
            details: [
                "job_id": .string(job.id),
                "current_state": .string(job.status.rawValue),
                "allowed_states": .array(Self.cancellable.map { .string($0) }),
            ])
    }

    fileprivate init(_ error: ProviderError) {
        switch error {
        case .refused(let status, _):
            self.init(
                .badGateway, code: "provider_api_error", error.sentence,
                details: ["provider_status_code": JSONValue(status)])
        case .unreachable:
            self.init(.badGateway, code: "provider_error", error.sentence)
        case .unclear:
            self.init(.gatewayTimeout, code: "provider_timeout", error.sentence)
        case .unavailable:
            self.init(.serviceUnavailable, code: "provider_unavailable", error.sentence)
        }
    }
}
