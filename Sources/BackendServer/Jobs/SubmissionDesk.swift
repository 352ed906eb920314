import Accounts
import HTTPTypes
import JSON
import Jobs
import Providers
import S3
import Settings
import Storage

/// Takes jobs in and, when it is their turn, has them sent to a provider.
///
/// A job is on our disk before the provider hears of it, so that whatever happens in between, what costs money is known
/// here.
struct SubmissionDesk: Sendable {
    static let pendingSentence =
        "The job is still being sent to the provider, which may refuse it. Ask for the job in a moment."

    let database: JobDatabase
    let providers: ProviderDesk
    let tokens: UploadTokens
    let configs: ConfigFolder
    let dispatcher: JobDispatcher
    let uploads: UploadSteps
    let underWay: SubmissionsUnderWay
    let clock: Clock

    /// Submits a job, once for each idempotency key.
    ///
    /// - Parameters:
    ///   - order: What was asked for.
    ///   - caller: Who asks, and pays.
    /// - Returns: The job, or why there is none.
    /// - Throws: When our own disk fails.
    func submit(_ order: JobOrder, by caller: Caller) async throws -> SubmitAnswer {
        do {
            var answer = try await run(order, Submitter(caller))
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

    private func run(_ order: JobOrder, _ submitter: Submitter) async throws -> SubmitAnswer {
        guard ProviderName(rawValue: order.provider) != nil else {
            throw SubmissionProblem("Unknown provider: \(order.provider.prefix(64))")
        }
        let configuration = try await providers.configuration()
        let plan = try SubmissionPlan(
            order, configuration, publicURL: providers.settings.publicURL, configs: configs)
        guard await providers.replicate(configuration) != nil else {
            throw SubmissionProblem("Replicate API token not configured. Set REPLICATE_API_TOKEN.")
        }
        var placement = draft(order, plan, submitter, try await estimate(plan.profile, configuration).cost)
        placement.claim = try claim(order, submitter)
        placement.costLimit = configuration.costLimit
        return try await place(placement)
    }

    /// Tries a job again that failed or was cancelled, as a new job with the next number.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - caller: Who asks, and pays.
    /// - Returns: The new job, or why there is none.
    /// - Throws: ``Refusal`` 409 for a job in another state, else when our own disk fails.
    func retry(_ job: Job, by caller: Caller) async throws -> SubmitAnswer {
        guard job.status == .failed || job.status == .cancelled else {
            throw Refusal(
                .conflict, code: "invalid_job_state",
                "Job \(job.id) is in state '\(job.status.rawValue)', only a failed or cancelled job can be tried again."
            )
        }
        guard let stored = try await database.order(of: job.id), let earlier = StoredOrder(stored.document) else {
            throw Refusal(.conflict, code: "invalid_job_state", "What job \(job.id) was to do is not known here.")
        }
        let configuration = try await providers.configuration()
        let submitter = Submitter(caller)
        let cost = try await estimate(earlier.profile, configuration).cost
        var placement = draft(earlier, like: job, submitter, cost)
        placement.costLimit = configuration.costLimit
        do { return try await place(placement) } catch let problem as SubmissionProblem {
            return .refused(problem.sentence)
        }
    }

    /// What a job on a machine is expected to cost.
    func estimate(_ profile: HardwareProfile, _ configuration: ProviderConfiguration) async throws -> CostEstimate {
        CostEstimate(
            averageSeconds: try await database.averageSeconds(hardware: profile.hardwareType),
            pricePerSecond: configuration.prices.perSecond(of: profile))
    }

    /// Makes a job, and tells those who wait for it what became of it.
    private func place(_ placement: JobPlacement) async throws -> SubmitAnswer {
        let id = placement.job.id
        // Before it is stored: whoever finds it there must find it under way.
        underWay.begin(id)
        do {
            let record = try await database.place(placement, now: placement.job.createdAt)
            if case .repeated(let job) = record {
                underWay.end(id, nil)
                return try await repeated(job)
            }
            let answer = try await answer(to: record)
            underWay.end(id, answer)
            return answer
        } catch {
            underWay.end(id, (error as? SubmissionProblem).map { .refused($0.sentence) })
            throw error
        }
    }

    private func answer(to record: PlacementRecord) async throws -> SubmitAnswer {
        switch record {
        case .placed(let job, let terms, let isSending):
            var answer = SubmitAnswer.accepted(isSending ? try await send(job) : job)
            answer.take(terms)
            return answer
        case .repeated(let job): return .accepted(job, isIdempotentHit: true)
        case .conflicting:
            throw SubmissionProblem("The idempotency key was already used for a different request.")
        case .refused(let sentence): throw SubmissionProblem(sentence)
        }
    }

    /// Answers as the first submission was answered, once that is known.
    private func repeated(_ job: Job) async throws -> SubmitAnswer {
        if var answer = await underWay.answer(to: job.id) {
            answer.isIdempotentHit = answer.jobID != nil
            return answer
        }
        guard let found = try await database.job(job.id) else {
            throw SubmissionProblem("The same submission was refused just now. Submit again.")
        }
        var answer = SubmitAnswer.accepted(found, isIdempotentHit: true)
        if underWay.contains(job.id) { answer.error = Self.pendingSentence }
        return answer
    }

    private func send(_ job: Job) async throws -> Job {
        do {
            return try await dispatcher.send(job)
        } catch let error as ProviderError {
            try await database.withdrawSubmission(job.id)
            throw SubmissionProblem(error.sentence)
        }
    }

    private func draft(
        _ order: JobOrder, _ plan: SubmissionPlan, _ submitter: Submitter, _ cost: Double
    ) -> JobPlacement {
        var metadata: [String: JSONValue] = [:]
        metadata["tracker_run_name"] = (order.trackerRunName ?? plan.config.trackerRunName).map { .string($0) }
        metadata["snapshot"] = order.snapshotName.map { .string($0) }
        metadata["upload_id"] = order.uploadID.map { .string($0) }
        let id = newID()
        return placement(
            id, StoredOrder(order, plan, webhookURL: plan.webhookURL(jobID: id)), provider: order.provider,
            configName: order.configName ?? order.configNameToLoad, metadata, submitter, cost)
    }

    private func draft(
        _ earlier: StoredOrder, like job: Job, _ submitter: Submitter, _ cost: Double
    ) -> JobPlacement {
        let id = newID()
        var order = earlier
        order.webhookURL = earlier.webhookURL.map { $0.replacing("job=\(job.id)", with: "job=\(id)") }
        var metadata = job.metadata
        metadata["prediction_id"] = nil
        metadata["retry_of"] = .string(job.id)
        var placement = placement(
            id, order, provider: job.provider ?? ProviderName.replicate.rawValue, configName: job.configName, metadata,
            submitter, cost)
        placement.job.attempt = job.attempt + 1
        return placement
    }

    private func newID() -> String {
        var randomness = SystemRandomNumberGenerator()
        return JobID.make(using: &randomness)
    }

    private func placement(
        _ id: String, _ order: StoredOrder, provider: String, configName: String?, _ metadata: [String: JSONValue],
        _ submitter: Submitter, _ cost: Double
    ) -> JobPlacement {
        var upload: UploadGrant?
        if order.publishOrigin != nil {
            let nonce = (0..<UploadTokens.nonceBytes).map { _ in UInt8.random(in: .min ... .max) }
            upload = UploadGrant(
                jobID: id, nonce: nonce, tokenHash: UploadTokens.hash(tokens.token(job: id, nonce: nonce)))
        }
        var metadata = metadata
        metadata["hardware_profile"] = .string(order.profile.rawValue)
        metadata["model"] = .string(order.profile.model)
        metadata["webhook_url"] = order.webhookURL.map { .string($0) }
        var job = Job(
            id: id, kind: .cloud, provider: provider, configName: configName, createdAt: clock(), metadata: metadata)
        job.hardwareType = order.profile.hardwareType
        job.userID = submitter.userID
        job.estimatedCostUSD = cost
        job.priority = submitter.priority.rawValue
        let wish = ApprovalRule.Wish(provider: provider, configName: configName, hardware: order.profile, cost: cost)
        return JobPlacement(
            job: job, upload: upload, claim: nil, order: order.document,
            admission: Admission(submitter: submitter, wish: wish), costLimit: nil)
    }

    private func claim(_ order: JobOrder, _ submitter: Submitter) throws -> SubmissionClaim? {
        guard let key = order.idempotencyKey else { return nil }
        guard key.count <= SubmissionClaim.keyBytesMax, key.utf8.count <= 4 * SubmissionClaim.keyBytesMax else {
            throw SubmissionProblem("The idempotency key is longer than \(SubmissionClaim.keyBytesMax) characters.")
        }
        return SubmissionClaim(
            owner: String(submitter.userID), endpoint: "submit/\(order.provider)", key: key, requestHash: order.hash)
    }
}

extension Submitter {
    init(_ caller: Caller) {
        self.init(userID: caller.userID)
        levelIDs = Set(caller.levels.map(\.id))
        levels = Set(caller.levels.map(\.name))
        passesQuotas = caller.may(.jobBypassQuota)
        passesApproval = caller.may(.jobBypassApproval)
        passesQueue = caller.may(.jobBypassQueue)
        priority = passesQueue ? .urgent : caller.may(.jobPriorityHigh) ? .high : .normal
    }
}
