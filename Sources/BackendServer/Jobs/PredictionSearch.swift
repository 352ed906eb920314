import Jobs
import Providers

/// Finds what became of a submission whose answer was lost.
///
/// The provider knows no idempotency key, so nothing is ever sent twice; instead the recent predictions are searched
/// for the job's id, which is in the address that their events go to.
struct PredictionSearch: Sendable {
    func prediction(of job: Job, at client: ReplicateClient) async throws(ProviderError) -> Prediction? {
        try await client.recentPredictions().first { $0.isFor(jobID: job.id) }
    }
}
