import GRDB
import Jobs

/// The counting that the metrics show.
extension JobTable {
    static func statistics(since: Timestamp, in database: Database) throws -> JobStatistics {
        let sums = try Row.fetchOne(
            database,
            sql: """
                SELECT count(*) AS total, coalesce(sum(cost_usd), 0) AS cost,
                    avg((julianday(completed_at) - julianday(started_at)) * 86400.0) AS duration
                FROM jobs WHERE created_at >= ?
                """, arguments: [since.description])
        let rows = try Row.fetchAll(database, sql: "SELECT status, count(*) AS number FROM jobs GROUP BY status")
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
