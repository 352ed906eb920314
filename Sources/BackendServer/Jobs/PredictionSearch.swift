import Jobs
import Providers
import Storage

/// Finds what became of submissions whose answers were lost.
///
/// The provider knows no idempotency key, so nothing is ever sent twice; instead its list of predictions is searched
/// for the job's id.
struct PredictionSearch: Sendable {
    /// More than that are not asked for: then it stays unknown whether something is in the list.
    static let pagesMax = 20

    let client: ReplicateClient

    /// Follows the list, the newest first, until all that was made since the jobs were sent was seen, or all are found.
    ///
    /// - Parameter jobs: What is looked for.
    /// - Returns: What was seen; a page that fails, but the first, ends it early.
    /// - Throws: ``ProviderError`` when there is no first page.
    func history(of jobs: [UnresolvedJob]) async throws(ProviderError) -> PredictionHistory {
        var page = try await client.predictions()
        var history = PredictionHistory(page)
        for _ in 1..<Self.pagesMax where !jobs.allSatisfy({ history.answers($0) }) {
            guard !page.isLast, let next = try? await client.predictions(after: page) else { break }
            page = next
            history.append(page)
        }
        return history
    }

    /// A job's prediction; nil when it is not there, or not to be seen.
    func prediction(of job: Job, sentAt: Timestamp) async throws(ProviderError) -> Prediction? {
        let sought = UnresolvedJob(job: job, sentAt: sentAt, isSent: true)
        return try await history(of: [sought]).prediction(of: job)
    }
}
