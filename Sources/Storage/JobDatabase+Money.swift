public import Jobs

/// Quotas and spending.
extension JobDatabase {
    public func quotas() async throws -> [Quota] { try await read { try QuotaTable.all(in: $0) } }

    public func quota(_ id: Int64) async throws -> Quota? { try await read { try QuotaTable.quota(id, in: $0) } }

    /// - Returns: The quota with its id; nil when there are too many.
    public func addQuota(_ quota: Quota, by user: Int64, now: Timestamp) async throws -> Quota? {
        try await write { database in
            try QuotaTable.insert(quota, by: user, now: now, into: database)
                .flatMap { try QuotaTable.quota($0, in: database) }
        }
    }

    public func deleteQuota(_ id: Int64) async throws -> Bool {
        try await write { try QuotaTable.delete(id, from: $0) }
    }

    public func usage(of user: Int64, now: Timestamp) async throws -> QuotaUsage {
        try await read { try JobTable.usage(of: user, now: now, in: $0) }
    }

    /// What was spent and is reserved at a provider, in US dollars.
    public func spend(provider: String?, since: Timestamp) async throws -> Double {
        try await read { try JobTable.spend(provider: provider, since: since, in: $0) }
    }

    /// How long jobs on a machine ran on average, in seconds; nil without any.
    public func averageSeconds(hardware: String) async throws -> Double? {
        try await read { try JobTable.averageSeconds(hardware: hardware, in: $0) }
    }

    public func dailyFigures(since: Timestamp, user: Int64?) async throws -> [DailyFigures] {
        try await read { try JobTable.dailyFigures(since: since, user: user, in: $0) }
    }
}
