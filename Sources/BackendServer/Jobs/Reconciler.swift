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

    /// Looks for the jobs whose provider ids are not known.
    private func find(_ client: ReplicateClient, _ configuration: ProviderConfiguration) async throws {
        let jobs = try await database.unresolvedJobs(provider: ProviderName.replicate.rawValue, limit: Self.jobsMax)
        guard !jobs.isEmpty else { return }
        let history = try await PredictionSearch(client: client).history(of: jobs)
        let known = try await database.knownIDs(among: history.predictions.map(\.id))
        for sought in jobs {
            let job = sought.job
            let finding = history.finding(of: sought, known: known, configuration)
            if case .found(let prediction) = finding {
                try await apply(prediction, to: job, configuration.prices)
            } else if sought.isSent, let sentence = finding.end(after: clock().secondsSince(sought.sentAt)) {
                try await failure.end(job, sentence, by: .poll)
            } else {
                try await admitDoubt(job)
            }
        }
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
