import GRDB
import Jobs

/// The counting that the metrics show.
extension JobTable {
    static func statistics(since: Timestamp, user: Int64?, in database: Database) throws -> JobStatistics {
        // Asked for one user only where one is meant: so SQLite finds the index for it.
        let owner = StatementArguments(user.map { [$0] } ?? [])
        let sums = try Row.fetchOne(
            database,
            sql: """
                SELECT count(*) AS total, coalesce(sum(cost_usd), 0) AS cost,
                    avg((julianday(completed_at) - julianday(started_at)) * 86400.0) AS duration
                FROM jobs WHERE created_at >= ? \(user == nil ? "" : "AND user_id = ?")
                """, arguments: [since.description] + owner)
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT status, count(*) AS number FROM jobs \(user == nil ? "" : "WHERE user_id = ?") GROUP BY status
                """, arguments: owner)
        var byStatus: [JobStatus: Int] = [:]
        for row in rows {
            guard let status = JobStatus(spelling: row["status"]) else { continue }
            byStatus[status, default: 0] += row["number"]
        }
        return JobStatistics(
            total: sums?["total"] ?? 0, costUSD: sums?["cost"] ?? 0, averageDurationSeconds: sums?["duration"],
            byStatus: byStatus)
    }
}
