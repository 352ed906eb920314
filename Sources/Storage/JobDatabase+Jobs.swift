public import Jobs

/// Reading and changing jobs.
extension JobDatabase {
    /// The ids of all jobs of a user.
    public func jobIDs(of user: Int64) async throws -> Set<String> {
        try await read { try JobTable.ids(of: user, in: $0) }
    }

    /// The job with this id, ours or the provider's.
    public func job(_ id: String) async throws -> Job? {
        try await read { try JobTable.job(id, in: $0) }
    }

    public func jobs(_ query: JobQuery) async throws -> JobPage {
        try await read { try JobTable.page(query, in: $0) }
    }

    /// The jobs that are not over and that a provider may have, oldest first.
    public func unfinishedJobs(limit: Int) async throws -> [Job] {
        try await read { try JobTable.unfinished(limit: limit, in: $0) }
    }

    /// Those of a provider's ids that belong to jobs here.
    public func knownIDs(among ids: [String]) async throws -> Set<String> {
        try await read { database in
            try ids.reduce(into: []) { if try JobTable.job($1, in: database) != nil { $0.insert($1) } }
        }
    }

    /// What is counted of the jobs of one user, or with nil of all.
    public func statistics(since: Timestamp, user: Int64? = nil) async throws -> JobStatistics {
        try await read { try JobTable.statistics(since: since, user: user, in: $0) }
    }

    /// Changes a job as it is now, not as somebody read it a moment ago.
    ///
    /// - Parameters:
    ///   - id: Our id or the provider's.
    ///   - change: What to do with it; no input or output in there.
    /// - Returns: The job after the change; nil when there is none.
    /// - Throws: What SQLite says; then nothing was changed.
    public func updateJob(_ id: String, _ change: @escaping @Sendable (inout Job) -> Void) async throws -> Job? {
        try await write { database in
            guard let before = try JobTable.job(id, in: database) else { return nil }
            var job = before
            change(&job)
            if job != before { try JobTable.update(job, in: database) }
            return job
        }
    }

    /// Records a job that was found at its provider, unless it may be one of ours.
    ///
    /// - Parameter job: The job, with the provider's id.
    /// - Returns: Whether it was recorded: not when it is here already, nor while a submission is without an answer.
    /// - Throws: What SQLite says; then nothing was changed.
    public func adoptJob(_ job: Job) async throws -> Bool {
        try await write { database in
            guard let external = job.externalID, let provider = job.provider,
                try JobTable.job(external, in: database) == nil,
                try !JobTable.hasUnresolved(provider: provider, in: database)
            else { return false }
            try JobTable.insert(job, upload: nil, into: database)
            return true
        }
    }
}
