import Jobs
import Storage

/// Ends jobs whose end no provider tells.
struct JobFailure: Sendable {
    let database: JobDatabase
    let news: JobNews
    let clock: Clock

    /// Ends a job as failed, unless something became known of it meanwhile.
    ///
    /// - Parameters:
    ///   - job: As it was when that was decided.
    ///   - sentence: Why, for whoever submitted it.
    ///   - source: Who found that out.
    /// - Throws: What the database says.
    func end(_ job: Job, _ sentence: String, by source: JobNews.Source) async throws {
        var update = JobUpdate()
        update.status = .failed
        update.errorMessage = JobUpdate.bounded(sentence)
        let (final, now) = (update, clock())
        let after = try await database.updateJob(job.id) { found in
            guard found.externalID == job.externalID, found.status == job.status else { return }
            found.apply(final, prices: .standard, now: now)
        }
        if let after { await news.tell(job, after, by: source) }
    }
}
