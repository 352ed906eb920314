import GRDB
import Jobs

/// All SQL that touches `spent`: the jobs that were removed, as far as limits count them.
enum SpentTable {
    /// Longer than the longest period of a limit.
    private static let keptSeconds: Int64 = 400 * 86_400

    /// Books a job that is about to be removed.
    static func book(_ job: String, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO spent (job_id, user_id, provider, created_at, cost_usd)
                SELECT job_id, user_id, provider, created_at, \(JobTable.committed) FROM jobs WHERE job_id = ?
                """, arguments: [job])
    }

    /// Forgets what no limit counts any more.
    static func sweep(now: Timestamp, in database: Database) throws {
        try database.execute(
            sql: "DELETE FROM spent WHERE created_at < ?", arguments: [now.adding(seconds: -keptSeconds).description])
    }

    /// What jobs cost that were made since a time, in US dollars; at one provider, or with nil at all of them.
    static func cost(provider: String?, since: Timestamp, in database: Database) throws -> Double {
        try Double.fetchOne(
            database,
            sql: """
                SELECT coalesce(sum(cost_usd), 0) FROM spent
                WHERE created_at >= ?1 AND (?2 IS NULL OR provider = ?2)
                """, arguments: [since.description, provider]) ?? 0
    }

    /// How many jobs of a user were made since a time, and what they cost in US dollars.
    static func jobs(
        of user: Int64, since: Timestamp, in database: Database
    ) throws -> (count: Int, cost: Double) {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT count(*) AS number, coalesce(sum(cost_usd), 0) AS cost FROM spent
                WHERE user_id = ? AND created_at >= ?
                """, arguments: [user, since.description])
        return (row?["number"] ?? 0, row?["cost"] ?? 0)
    }
}
