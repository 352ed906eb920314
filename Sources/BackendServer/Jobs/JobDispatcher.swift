import JSON
import Jobs
import Logging
import Providers
import S3
import Secrets
import Storage

/// Sends jobs to their provider whose turn it is.
///
/// A job is marked as being sent, on the disk, before the provider hears of it, and nothing that may have reached the
/// provider is sent again without looking there first.
struct JobDispatcher: Sendable {
    static let unclearSentence =
        "The provider's answer was lost. The job may be running; it will be found when the provider tells of it."
    /// How many jobs are sent before the other work of a round goes on.
    static let roundMax = 100
    /// How many are sent inside a request: the provider may take its time for each.
    static let someMax = 3
    /// How long a job waits that could not be sent.
    private static let pauseSeconds: Int64 = 30
    /// How long after the start what was interrupted is looked for: a provider may still be at work on it.
    private static let quietSeconds: Int64 = 10
    /// How long nobody looks again for what could be neither found nor excluded.
    private static let doubtSeconds: Int64 = 60

    let database: JobDatabase
    let providers: ProviderDesk
    let tokens: UploadTokens
    let webhooks: WebhookDesk
    let news: JobNews
    let bell: QueueBell
    let logger: Logger
    let clock: Clock

    private var failure: JobFailure { JobFailure(database: database, news: news, clock: clock) }

    /// Sends a job that was taken from the queue.
    ///
    /// - Parameter job: The job; whoever calls this was told to send it, nobody else.
    /// - Returns: The job as it is then.
    /// - Throws: ``ProviderError`` when the provider certainly does not have it; the job is then still marked as being
    ///   sent, and the caller says what becomes of it.
    func send(_ job: Job) async throws -> Job {
        let configuration = try await providers.configuration()
        guard let client = await providers.replicate(configuration) else {
            throw ProviderError.unreachable(reason: "no API token is configured")
        }
        guard let stored = try await database.order(of: job.id), let order = StoredOrder(stored.document) else {
            throw ProviderError.refused(status: 500, detail: "the job's order is missing")
        }
        do {
            let version = try await version(order.profile, configuration, client)
            let token = order.webhookURL == nil ? nil : try await webhooks.tokens.grant(job.id)
            let prediction = try await client.createPrediction(
                PredictionOrder(
                    jobID: job.id,
                    version: version,
                    config: .object(order.configToSend(job: job.id, nonce: stored.nonce, tokens).options),
                    dataloader: .array(order.dataloader),
                    lycoris: nil,
                    hubModelID: order.config.hubModelID,
                    hubToken: order.config.hubModelID == nil ? nil : await providers.secret(.hubToken),
                    webhookURL: order.webhookURL,
                    webhookToken: token
                ))
            return try await accept(prediction, for: job, configuration, client)
        } catch ProviderError.unclear(let reason) {
            logger.warning("a submission got no clear answer", metadata: ["job": "\(job.id)", "reason": "\(reason)"])
            return try await resolve(job, configuration, client)
        }
    }

    /// Sends a few whose turn it is, while somebody waits for the answer, and has the others sent by the queue's runner.
    ///
    /// - Returns: How many jobs were taken here.
    /// - Throws: What the database says.
    func processSome() async throws -> Int {
        defer { bell.ring() }
        return try await process(atMost: Self.someMax)
    }

    /// Sends everything whose turn it is.
    ///
    /// - Parameter limit: How many at most.
    /// - Returns: How many jobs were taken.
    /// - Throws: What the database says.
    @discardableResult func process(atMost limit: Int = roundMax) async throws -> Int {
        var count = 0
        while count < limit, let id = try await database.takeNextJob(now: clock()) {
            count += 1
            guard let job = try await database.job(id) else { continue }
            do {
                let after = try await send(job)
                logger.info(
                    "a job was sent", metadata: ["job": "\(id)", "status": "\(after.status.rawValue)"])
            } catch let error as ProviderError {
                try await turnDown(job, error)
            } catch {
                // It may have arrived: it is looked for, and the others go on.
                logger.error("a job's sending broke off", metadata: ["job": "\(id)", "error": "\(error)"])
                try await database.noteSent(id, now: clock())
            }
        }
        return count
    }

    /// What becomes of a job from the queue that the provider does not have: a refusal ends it, anything else waits.
    private func turnDown(_ job: Job, _ error: ProviderError) async throws {
        logger.warning("a job was not sent", metadata: ["job": "\(job.id)", "reason": "\(error.sentence)"])
        guard case .refused(let status, _) = error, status != 429 else {
            return try await database.postpone(job.id, until: clock().adding(seconds: Self.pauseSeconds))
        }
        try await failure.end(job, error.sentence, by: .submission)
    }

    /// Looks what became of the jobs that were being sent when an earlier process was stopped, and sends those that the
    /// provider certainly does not have.
    ///
    /// - Parameter start: When this process began.
    /// - Throws: ``ProviderError`` when the provider cannot be asked, else what the database says.
    func recover(startedAt start: Timestamp) async throws {
        guard clock() >= start.adding(seconds: Self.quietSeconds) else { return }
        let jobs = try await database.interruptedJobs(before: start, now: clock())
        guard !jobs.isEmpty else { return }
        let configuration = try await providers.configuration()
        guard let client = await providers.replicate(configuration) else { return }
        let history = try await PredictionSearch(client: client).history(of: jobs)
        let known = try await database.knownIDs(among: history.predictions.map(\.id))
        for sought in jobs {
            let job = sought.job
            let finding = history.finding(of: sought, known: known, configuration)
            switch finding {
            case .found(let prediction): _ = try await accept(prediction, for: job, configuration, client)
            case .absent: try await database.postpone(job.id, until: clock())
            case .possible, .unknown:
                if let sentence = finding.end(after: clock().secondsSince(sought.sentAt)) {
                    try await failure.end(job, sentence, by: .submission)
                    continue
                }
                logger.warning(
                    "the provider's list does not tell whether it has a job", metadata: ["job": "\(job.id)"])
                try await database.setAside(job.id, until: clock().adding(seconds: Self.doubtSeconds))
            }
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
        if after.status == .cancelled, update.status?.isTerminal != true,
            await !isStopped(prediction, of: after, client)
        {
            // The reconciler tries again.
            try await database.noteSent(job.id, now: now)
        } else {
            try await database.noteAccepted(job.id, now: now)
        }
        await news.tell(job, after, by: .submission)
        // Its first events may have been faster than the answer.
        await webhooks.settle()
        return after
    }

    /// Stops what was cancelled while it was being submitted: it costs money.
    private func isStopped(_ prediction: Prediction, of job: Job, _ client: ReplicateClient) async -> Bool {
        do throws(ProviderError) {
            _ = try await client.cancelPrediction(prediction.id)
            return true
        } catch {
            logger.warning(
                "a cancelled job still runs", metadata: ["job": "\(job.id)", "reason": "\(error.sentence)"])
            return false
        }
    }

    /// Looks for the prediction once; if it cannot be found now, the reconciler goes on looking.
    private func resolve(
        _ job: Job, _ configuration: ProviderConfiguration, _ client: ReplicateClient
    ) async throws -> Job {
        let search = PredictionSearch(client: client)
        if let prediction = try? await search.prediction(of: job, sentAt: clock()) {
            return try await accept(prediction, for: job, configuration, client)
        }
        return try await markUnclear(job)
    }

    private func markUnclear(_ job: Job) async throws -> Job {
        try await database.noteSent(job.id, now: clock())
        return try await database.updateJob(job.id) { job in
            if job.status == .pending { job.errorMessage = Self.unclearSentence }
        } ?? job
    }
}
