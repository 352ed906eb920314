import FoundationEssentials
import GRDB
import Jobs

/// The sums over `jobs` that decide about money.
extension JobTable {
    /// What a job has cost, or may: its price; before that what is reserved for it, until it ends without having begun.
    static let committed = """
        coalesce(cost_usd, CASE WHEN \(isUnfinished) OR started_at IS NOT NULL
            THEN estimated_cost END, 0)
        """

    /// What was spent and is reserved, in US dollars; by jobs that were removed, too.
    ///
    /// - Parameters:
    ///   - provider: At which provider; nil for all.
    ///   - since: For jobs made since then, and for those that are not over.
    ///   - database: The database.
    /// - Returns: The sum.
    /// - Throws: What SQLite says.
    static func spend(provider: String?, since: Timestamp, in database: Database) throws -> Double {
        let present =
            try Double.fetchOne(
                database,
                sql: """
                    SELECT coalesce(sum(\(committed)), 0) FROM jobs
                    WHERE (created_at >= ?1 OR \(isUnfinished))
                        AND (?2 IS NULL OR provider = ?2)
                    """, arguments: [since.description, provider]) ?? 0
        return try present + SpentTable.cost(provider: provider, since: since, in: database)
    }

    static func usage(of user: Int64, now: Timestamp, in database: Database) throws -> QuotaUsage {
        let (month, day, hour) = (
            now.adding(seconds: -30 * 86_400), now.adding(seconds: -86_400), now.adding(seconds: -3600)
        )
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT coalesce(sum(\(committed)), 0) AS month,
                    coalesce(sum(CASE WHEN created_at >= ?2
                        OR \(isUnfinished) THEN \(committed) ELSE 0 END), 0) AS day,
                    count(CASE WHEN created_at >= ?2 THEN 1 END) AS jobs_day,
                    count(CASE WHEN created_at >= ?3 THEN 1 END) AS jobs_hour
                FROM jobs WHERE user_id = ?4
                    AND (created_at >= ?1 OR \(isUnfinished))
                """,
            arguments: [month.description, day.description, hour.description, user])
        let removedLastDay = try SpentTable.jobs(of: user, since: day, in: database)
        var usage = QuotaUsage()
        usage.costLastMonth = (row?["month"] ?? 0) + (try SpentTable.jobs(of: user, since: month, in: database).cost)
        usage.costLastDay = (row?["day"] ?? 0) + removedLastDay.cost
        usage.jobsLastDay = (row?["jobs_day"] ?? 0) + removedLastDay.count
        usage.jobsLastHour = (row?["jobs_hour"] ?? 0) + (try SpentTable.jobs(of: user, since: hour, in: database).count)
        usage.activeJobs = try count(
            "user_id = ? AND \(isUnfinished)", user, in: database)
        let removed = try SpentTable.jobs(of: user, since: Timestamp(seconds: 0), in: database)
        usage.jobsEver = try count("user_id = ?", user, in: database) + removed.count
        return usage
    }

    private static func count(_ condition: String, _ user: Int64, in database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM jobs WHERE \(condition)", arguments: [user]) ?? 0
    }

    /// How long jobs on a machine ran on average, in seconds, over those among the last thousand that completed.
    static func averageSeconds(hardware: String, in database: Database) throws -> Double? {
        try Double.fetchOne(
            database,
            sql: """
                SELECT avg((julianday(completed_at) - julianday(started_at)) * 86400.0) FROM (
                    SELECT completed_at, started_at, hardware_type FROM jobs
                    WHERE status = 'completed' ORDER BY created_at DESC LIMIT 1000)
                WHERE hardware_type = ? AND started_at IS NOT NULL
                """, arguments: [hardware])
    }

    /// The same for every machine that some of them ran on, by its name.
    static func averageSeconds(in database: Database) throws -> [String: Double] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT hardware_type, avg((julianday(completed_at) - julianday(started_at)) * 86400.0) AS seconds FROM (
                    SELECT completed_at, started_at, hardware_type FROM jobs
                    WHERE status = 'completed' ORDER BY created_at DESC LIMIT 1000)
                WHERE hardware_type IS NOT NULL AND started_at IS NOT NULL AND completed_at IS NOT NULL
                GROUP BY hardware_type
                """)
        return Dictionary(rows.map { ($0["hardware_type"], $0["seconds"]) }, uniquingKeysWith: { first, _ in first })
    }

    static func uploadNonce(of job: String, in database: Database) throws -> [UInt8]? {
        try Data.fetchOne(
            database, sql: "SELECT upload_nonce FROM jobs WHERE job_id = ? AND upload_nonce IS NOT NULL",
            arguments: [job]
        ).map(Array.init)
    }

    /// Jobs that ended before a time, the oldest first; never one that is not over.
    static func ended(before date: Timestamp, limit: Int, in database: Database) throws -> [String] {
        try String.fetchAll(
            database,
            sql: """
                SELECT job_id FROM jobs
                WHERE status IN ('completed', 'failed', 'cancelled') AND coalesce(completed_at, created_at) < ?
                ORDER BY created_at LIMIT ?
                """, arguments: [date.description, limit])
    }

    static func dailyFigures(since: Timestamp, user: Int64?, in database: Database) throws -> [DailyFigures] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT substr(created_at, 1, 10) AS date, count(*) AS total,
                    count(CASE WHEN status = 'completed' THEN 1 END) AS completed,
                    count(CASE WHEN status = 'failed' THEN 1 END) AS failed,
                    count(CASE WHEN status = 'cancelled' THEN 1 END) AS cancelled,
                    count(CASE WHEN job_type = 'local' THEN 1 END) AS local,
                    count(CASE WHEN job_type = 'cloud' THEN 1 END) AS cloud,
                    coalesce(sum(cost_usd), 0) AS cost,
                    coalesce(sum((julianday(completed_at) - julianday(started_at)) * 86400.0), 0) AS seconds
                FROM jobs WHERE created_at >= ?1 AND (?2 IS NULL OR user_id = ?2)
                GROUP BY date ORDER BY date
                """, arguments: [since.description, user]
        ).map { row in
            DailyFigures(
                date: row["date"], total: row["total"], completed: row["completed"], failed: row["failed"],
                cancelled: row["cancelled"], local: row["local"], cloud: row["cloud"], cost: row["cost"],
                seconds: row["seconds"])
        }
    }
}
