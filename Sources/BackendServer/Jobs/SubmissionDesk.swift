import JSON
import Jobs
import Logging
import Providers
import S3
import Settings
import Storage

/// Sends jobs to a provider.
///
/// A job is on our disk before the provider hears of it, so that whatever happens in between, what costs money is known
/// here.
struct SubmissionDesk: Sendable {
    static let unclearSentence =
        "The provider's answer was lost. The job may be running; it will be found when the provider tells of it."

    let database: JobDatabase
    let providers: ProviderDesk
    let tokens: UploadTokens
    let configs: ConfigFolder
    let webhooks: WebhookDesk
    let news: JobNews
    let uploads: UploadSteps
    let logger: Logger
    let clock: Clock

    /// Submits a job, once for each idempotency key.
    ///
    /// - Parameter order: What was asked for.
    /// - Returns: The job, or why there is none.
    /// - Throws: When our own disk fails.
    func submit(_ order: JobOrder) async throws -> SubmitAnswer {
        do {
            var answer = try await run(order)
            answer.uploadID = order.uploadID
            end(order.uploadID, error: answer.error)
            return answer
        } catch let problem as SubmissionProblem {
            end(order.uploadID, error: problem.sentence)
            return .refused(problem.sentence)
        }
    }

    /// Tells the page that follows the upload of a submission that it is over: nothing is sent but the configuration.
    private func end(_ upload: String?, error: String?) {
        guard let upload, upload.utf8.count <= UploadSteps.nameBytesMax else { return }
        uploads.set(
            UploadSteps.Step(stage: error == nil ? "complete" : "error", error: error, updatedAt: clock()), of: upload)
    }

    private func run(_ order: JobOrder) async throws -> SubmitAnswer {
        guard ProviderName(rawValue: order.provider) != nil else {
            throw SubmissionProblem("Unknown provider: \(order.provider.prefix(64))")
        }
        let configuration = try await providers.configuration()
        let plan = try SubmissionPlan(
            order, configuration, publicURL: providers.settings.publicURL, configs: configs)
        guard let client = providers.replicate(configuration) else {
            throw SubmissionProblem("Replicate API token not configured. Set REPLICATE_API_TOKEN.")
        }
        let submission = draft(order, plan)
        let record = try await database.recordSubmission(
            submission.job, upload: submission.upload, claim: try claim(order), now: submission.job.createdAt)
        switch record {
        case .created: return try await send(submission, order, configuration, client)
        case .repeated(let job): return .accepted(job, isIdempotentHit: true)
        case .conflicting:
            throw SubmissionProblem("The idempotency key was already used for a different request.")
        }
    }

    /// A job that is recorded and sent.
    private struct Submission {
        let job: Job
        let upload: UploadGrant?
        let config: TrainingConfig
        let webhookURL: String?
        let profile: HardwareProfile
    }

    private func draft(_ order: JobOrder, _ plan: SubmissionPlan) -> Submission {
        var randomness = SystemRandomNumberGenerator()
        let id = JobID.make(using: &randomness)
        let webhookURL = plan.webhookURL(jobID: id)
        var config = plan.config
        var upload: UploadGrant?
        if plan.storesResults, let origin = plan.origin {
            let nonce = (0..<UploadTokens.nonceBytes).map { _ in UInt8.random(in: .min ... .max, using: &randomness) }
            let token = tokens.token(job: id, nonce: nonce)
            config.publish(to: origin, token: token, secret: tokens.secret(token: token))
            upload = UploadGrant(jobID: id, nonce: nonce, tokenHash: UploadTokens.hash(token))
        }
        var metadata: [String: JSONValue] = [
            "hardware_profile": .string(plan.profile.rawValue), "model": .string(plan.profile.model),
        ]
        metadata["webhook_url"] = webhookURL.map { .string($0) }
        metadata["tracker_run_name"] = (order.trackerRunName ?? config.trackerRunName).map { .string($0) }
        metadata["snapshot"] = order.snapshotName.map { .string($0) }
        metadata["upload_id"] = order.uploadID.map { .string($0) }
        var job = Job(
            id: id, kind: .cloud, provider: order.provider, configName: order.configName ?? order.configNameToLoad,
            createdAt: clock(), metadata: metadata)
        job.hardwareType = plan.profile.hardwareType
        return Submission(job: job, upload: upload, config: config, webhookURL: webhookURL, profile: plan.profile)
    }

    private func claim(_ order: JobOrder) throws -> SubmissionClaim? {
        guard let key = order.idempotencyKey else { return nil }
        guard key.utf8.count <= SubmissionClaim.keyBytesMax else {
            throw SubmissionProblem("The idempotency key is longer than \(SubmissionClaim.keyBytesMax) bytes.")
        }
        return SubmissionClaim(owner: "local", endpoint: "submit", key: key, requestHash: order.hash)
    }

    private func send(
        _ submission: Submission, _ order: JobOrder, _ configuration: ProviderConfiguration, _ client: ReplicateClient
    ) async throws -> SubmitAnswer {
        do {
            let version = try await version(submission.profile, configuration, client)
            let token = submission.webhookURL == nil ? nil : try await webhooks.tokens.grant(submission.job.id)
            let prediction = try await client.createPrediction(
                PredictionOrder(
                    version: version,
                    config: .object(submission.config.options),
                    dataloader: .array(order.dataloader),
                    lycoris: nil,
                    hubModelID: submission.config.hubModelID,
                    webhookURL: submission.webhookURL,
                    webhookToken: token
                ))
            return .accepted(try await accept(prediction, for: submission.job, configuration, client))
        } catch ProviderError.unclear(let reason) {
            logger.warning(
                "a submission got no clear answer", metadata: ["job": "\(submission.job.id)", "reason": "\(reason)"])
            return .accepted(try await resolve(submission.job, configuration, client))
        } catch let error as ProviderError {
            try await database.withdrawSubmission(submission.job.id)
            throw SubmissionProblem(error.sentence)
        }
    }

    /// The model's version to run.
    ///
    /// Asking for it makes nothing, so no answer is as good as a refusal.
    private func version(
        _ profile: HardwareProfile, _ configuration: ProviderConfiguration, _ client: ReplicateClient
    ) async throws(ProviderError) -> String {
        if let version = configuration.versionOverride { return version }
        do throws(ProviderError) {
            return try await client.latestVersion(of: profile.model)
        } catch .unclear(let reason) {
            throw .unreachable(reason: reason)
        }
    }

    private func accept(
        _ prediction: Prediction, for job: Job, _ configuration: ProviderConfiguration, _ client: ReplicateClient
    ) async throws -> Job {
        let (prices, now) = (configuration.prices, clock())
        let update = prediction.update
        let after = try await database.updateJob(job.id) { $0.apply(update, prices: prices, now: now) } ?? job
        if after.status == .cancelled, update.status?.isTerminal != true { await stop(prediction, of: after, client) }
        await news.tell(job, after, by: .submission)
        // Its first events may have been faster than the answer.
        await webhooks.settle()
        return after
    }

    /// Stops what was cancelled while it was being submitted: it costs money.
    private func stop(_ prediction: Prediction, of job: Job, _ client: ReplicateClient) async {
        do throws(ProviderError) {
            _ = try await client.cancelPrediction(prediction.id)
        } catch {
            logger.warning(
                "a cancelled job still runs", metadata: ["job": "\(job.id)", "reason": "\(error.sentence)"])
        }
    }

    /// Looks for the prediction once; if it cannot be found now, the reconciler goes on looking.
    private func resolve(
        _ job: Job, _ configuration: ProviderConfiguration, _ client: ReplicateClient
    ) async throws -> Job {
        if let prediction = try? await PredictionSearch().prediction(of: job, at: client) {
            return try await accept(prediction, for: job, configuration, client)
        }
        return try await database.updateJob(job.id) { job in
            if job.status == .pending { job.errorMessage = Self.unclearSentence }
        } ?? job
    }
}
