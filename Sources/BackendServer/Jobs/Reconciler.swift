import Jobs
import Logging
import Providers
import ServiceLifecycle
import Storage

/// Asks the provider, at the start and about every minute, what became of the jobs that are not over.
///
/// Webhooks are a hint and this is the truth: a webhook that was lost only makes the news later.
struct Reconciler: Service {
    /// Spread over a third, so that many installations that started together do not ask together.
    private static let intervalSeconds = 50.0...70.0
    private static let jobsMax = 500
    /// How old a job without a provider id must be before something is said about it: its submission may still run.
    private static let patienceSeconds = 120.0
    /// How long a prediction of a cancelled job is looked for that the list neither shows nor excludes.
    private static let stopSeconds = 86_400.0

    let database: JobDatabase
    let providers: ProviderDesk
    let webhooks: WebhookDesk
    let news: JobNews
    let absences: PredictionAbsences
    let logger: Logger
    let clock: Clock

    private var failure: JobFailure { JobFailure(database: database, news: news, clock: clock) }

    func run() async throws {
        await repeatUntilShutdown(pausing: .seconds(Double.random(in: Self.intervalSeconds))) { await round() }
    }

    /// Goes through all unfinished jobs once.
    ///
    /// A job that cannot be asked about is passed over, so that it does not hide the others; a provider that cannot be
    /// reached at all is asked next time.
    func round() async {
        await webhooks.settle()
        do {
            let configuration = try await providers.configuration()
            guard let client = await providers.replicate(configuration, retry: .once) else { return }
            let jobs = try await database.unfinishedJobs(limit: Self.jobsMax)
                .filter { $0.provider == ProviderName.replicate.rawValue }
            absences.keep(Set(jobs.map(\.id)))
            await passingOver { try await find(client, configuration) }
            for job in jobs where !Task.isShuttingDownGracefully {
                guard let id = job.externalID else { continue }
                let goesOn = await passingOver { try await poll(job, id, client, configuration.prices) }
                guard goesOn else { return }
            }
        } catch {
            logger.error("jobs could not be reconciled", metadata: ["error": "\(error)"])
        }
    }

    /// Does one piece of a round.
    ///
    /// - Returns: Whether the next piece has a chance.
    @discardableResult private func passingOver(_ piece: () async throws -> Void) async -> Bool {
        do {
            try await piece()
            return true
        } catch let error as ProviderError {
            logger.warning("the provider could not be asked about a job", metadata: ["reason": "\(error.sentence)"])
            switch error {
            case .unreachable, .unavailable: return false
            case .refused, .unclear: return true
            }
        } catch {
            logger.error("a job could not be reconciled", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func poll(_ job: Job, _ id: String, _ client: ReplicateClient, _ prices: HardwarePrices) async throws {
        do {
            let prediction = try await client.prediction(id)
            absences.forget(job.id)
            try await apply(prediction, to: job, prices)
        } catch ProviderError.refused(status: 404, _) {
            logger.warning("the provider does not know a job", metadata: ["job": "\(job.id)"])
            guard absences.note(job.id, now: clock()) else { return }
            try await failure.end(
                job,
                "The provider does not know the job's prediction \(id) any more, each time that it was asked for some"
                    + " minutes. If it runs, it belongs to another account than the API token.", by: .poll)
        }
    }

    /// Looks for the jobs whose provider ids are not known, those that were cancelled meanwhile included.
    private func find(_ client: ReplicateClient, _ configuration: ProviderConfiguration) async throws {
        let provider = ProviderName.replicate.rawValue
        let open = try await database.unresolvedJobs(provider: provider, limit: Self.jobsMax)
        let cancelled = try await database.cancelledUnstoppedJobs(provider: provider, limit: Self.jobsMax)
        let sought = open + cancelled.filter { $0.job.externalID == nil }
        guard !sought.isEmpty || !cancelled.isEmpty else { return }
        let history = sought.isEmpty ? nil : try await PredictionSearch(client: client).history(of: sought)
        let known = try await database.knownIDs(among: history?.predictions.map(\.id) ?? [])
        for sought in open + cancelled where !Task.isShuttingDownGracefully {
            let finding = history?.finding(of: sought, known: known, configuration) ?? .unknown
            await passingOver {
                if sought.job.status == .cancelled {
                    try await stop(sought, finding, client, configuration.prices)
                } else {
                    try await settle(sought, finding, configuration.prices)
                }
            }
        }
    }

    private func settle(
        _ sought: UnresolvedJob, _ finding: PredictionHistory.Finding, _ prices: HardwarePrices
    ) async throws {
        if case .found(let prediction) = finding {
            try await apply(prediction, to: sought.job, prices)
        } else if sought.isSent, let sentence = finding.end(after: clock().secondsSince(sought.sentAt)) {
            try await failure.end(sought.job, sentence, by: .poll)
        } else {
            try await admitDoubt(sought.job)
        }
    }

    /// Stops what was started for a job that was cancelled: it costs money.
    private func stop(
        _ sought: UnresolvedJob, _ finding: PredictionHistory.Finding, _ client: ReplicateClient,
        _ prices: HardwarePrices
    ) async throws {
        var (id, isOver, update) = (sought.job.externalID, false, JobUpdate())
        if case .found(let prediction) = finding {
            (id, isOver, update) = (prediction.id, prediction.update.status?.isTerminal == true, prediction.update)
        }
        guard let id else {
            let seconds = clock().secondsSince(sought.sentAt)
            let isSettled = finding == .absent ? finding.end(after: seconds) != nil : seconds >= Self.stopSeconds
            if isSettled { try await database.noteAccepted(sought.job.id, now: clock()) }
            return
        }
        // Stopped before it is written down, so that a provider that is away is asked again.
        if !isOver { update = try await client.cancelPrediction(id)?.update ?? update }
        // However it ended there, it stays cancelled here; what it cost is taken.
        update.status = nil
        let (final, now) = (update, clock())
        _ = try await database.updateJob(sought.job.id) { $0.apply(final, prices: prices, now: now) }
        try await database.noteAccepted(sought.job.id, now: now)
    }

    private func admitDoubt(_ job: Job) async throws {
        guard clock().secondsSince(job.createdAt) > Self.patienceSeconds, job.errorMessage == nil else { return }
        _ = try await database.updateJob(job.id) { job in
            if job.status == .pending { job.errorMessage = JobDispatcher.unclearSentence }
        }
    }

    private func apply(_ prediction: Prediction, to job: Job, _ prices: HardwarePrices) async throws {
        let (update, now) = (prediction.update, clock())
        guard let after = try await database.updateJob(job.id, { $0.apply(update, prices: prices, now: now) })
        else { return }
        if job.externalID == nil { try await database.noteAccepted(job.id, now: now) }
        await news.tell(job, after, by: .poll)
        if job.externalID == nil, after.externalID != nil { await webhooks.settle() }
    }
}
