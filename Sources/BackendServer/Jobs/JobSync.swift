import HTTPTypes
import JSON
import Jobs
import Providers
import Storage
import Synchronization

/// Asks the provider now, because somebody wants to know now.
final class JobSync: Sendable {
    /// What a list asks for is not asked for more often than this: many pages have that list open.
    private static let pauseSeconds = 10.0

    struct Result: Equatable, Sendable {
        /// Jobs that run at the provider and that nobody here knew.
        var discovered = 0
        /// Jobs of ours that moved.
        var updated = 0
    }

    private let reconciler: Reconciler
    private let refreshedAt = Mutex<Timestamp?>(nil)
    private let flight = SingleFlight<Void>()

    init(reconciler: Reconciler) { self.reconciler = reconciler }

    /// Brings the unfinished jobs up to date, for a list that is about to be shown.
    func refresh() async {
        let now = reconciler.clock()
        let isRecent = refreshedAt.withLock { at in
            if let last = at, abs(now.secondsSince(last)) < Self.pauseSeconds { return true }
            at = now
            return false
        }
        guard !isRecent else { return }
        await flight.value { await reconciler.round() }
    }

    /// Takes over what runs at the provider, and brings our own jobs up to date.
    ///
    /// - Returns: How many of each.
    /// - Throws: `Refusal` 502, 503 or 504 when the provider does not tell.
    func run() async throws -> Result {
        let providers = reconciler.providers
        let configuration = try await providers.configuration()
        guard let client = await providers.replicate(configuration, patience: .seconds(30)) else {
            throw Refusal(.serviceUnavailable, code: "provider_unavailable", "Replicate API token not configured.")
        }
        let predictions = try await recent(client)
        var result = Result()
        for prediction in predictions {
            switch try await take(prediction, configuration) {
            case .adopted: result.discovered += 1
            case .moved: result.updated += 1
            case .known: break
            }
        }
        await reconciler.webhooks.settle()
        return result
    }

    private func recent(_ client: ReplicateClient) async throws -> [Prediction] {
        do throws(ProviderError) {
            return try await client.predictions().predictions
        } catch .unclear {
            throw Refusal(.gatewayTimeout, code: "provider_timeout", "The provider did not list its jobs.")
        } catch {
            throw Refusal(.badGateway, code: "provider_error", "The provider did not list its jobs.")
        }
    }

    private enum Effect { case adopted, moved, known }

    private func take(_ prediction: Prediction, _ configuration: ProviderConfiguration) async throws -> Effect {
        let database = reconciler.database
        guard let job = try await database.job(prediction.id) else { return try await adopt(prediction, configuration) }
        let (update, prices, now) = (prediction.update, configuration.prices, reconciler.clock())
        guard let after = try await database.updateJob(job.id, { $0.apply(update, prices: prices, now: now) }),
            after != job
        else { return .known }
        await reconciler.news.tell(job, after, by: .poll)
        return .moved
    }

    /// Makes a job of a prediction that runs and that is nobody's.
    ///
    /// While a submission of ours has no answer any prediction may be its own, and taking it would make two jobs of one.
    private func adopt(_ prediction: Prediction, _ configuration: ProviderConfiguration) async throws -> Effect {
        guard let status = prediction.update.status, !status.isTerminal else { return .known }
        var randomness = SystemRandomNumberGenerator()
        var job = Job(
            id: JobID.make(using: &randomness), kind: .cloud, provider: ProviderName.replicate.rawValue,
            configName: nil, createdAt: prediction.createdAt ?? prediction.update.startedAt ?? reconciler.clock(),
            status: status,
            metadata: ["prediction_id": .string(prediction.id), "discovered": true])
        job.externalID = prediction.id
        job.startedAt = prediction.update.startedAt
        if let profile = prediction.model.flatMap({ HardwareProfile(model: $0) }) {
            job.hardwareType = profile.hardwareType
            job.metadata["hardware_profile"] = .string(profile.rawValue)
            job.metadata["model"] = .string(profile.model)
            job.estimatedCostUSD =
                CostEstimate(
                    averageSeconds: try await reconciler.database.averageSeconds(hardware: profile.hardwareType),
                    pricePerSecond: configuration.prices.perSecond(of: profile)
                ).cost
        }
        guard try await reconciler.database.adoptJob(job) else { return .known }
        return .adopted
    }
}
