import FoundationEssentials
import GRDB
import JSON
import Jobs

/// All SQL that touches `jobs`, except the counting in `JobTable+Statistics`.
enum JobTable {
    static func insert(_ job: Job, upload: UploadGrant?, into database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO jobs (job_id, external_id, job_type, provider, status, config_name, created_at, queued_at,
                    started_at, completed_at, cost_usd, hardware_type, error_message, output_url, metadata,
                    upload_nonce, upload_token_hash, user_id, estimated_cost, priority, priority_override,
                    requires_approval, attempt)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                job.id, job.externalID, job.kind.rawValue, job.provider, job.status.rawValue, job.configName,
                job.createdAt.description, job.queuedAt?.description, job.startedAt?.description,
                job.completedAt?.description, job.costUSD, job.hardwareType, job.errorMessage, job.outputURL,
                JSONValue.object(job.metadata).jsonText, upload.map { Data($0.nonce) },
                upload.map { Data($0.tokenHash) }, job.userID, job.estimatedCostUSD, job.priority, job.priorityOverride,
                job.requiresApproval, job.attempt,
            ])
    }

    /// Writes what can change of a job.
    static func update(_ job: Job, in database: Database) throws {
        try database.execute(
            sql: """
                UPDATE jobs SET external_id = ?, status = ?, queued_at = ?, started_at = ?, completed_at = ?,
                    cost_usd = ?, hardware_type = ?, error_message = ?, output_url = ?, metadata = ?,
                    priority_override = ?, requires_approval = ?
                WHERE job_id = ?
                """,
            arguments: [
                job.externalID, job.status.rawValue, job.queuedAt?.description, job.startedAt?.description,
                job.completedAt?.description, job.costUSD, job.hardwareType, job.errorMessage, job.outputURL,
                JSONValue.object(job.metadata).jsonText, job.priorityOverride, job.requiresApproval, job.id,
            ])
    }

    static func delete(_ id: String, from database: Database) throws {
        try database.execute(sql: "DELETE FROM job_orders WHERE job_id = ?", arguments: [id])
        try database.execute(sql: "DELETE FROM approval_requests WHERE job_id = ?", arguments: [id])
        try database.execute(sql: "DELETE FROM jobs WHERE job_id = ?", arguments: [id])
    }

    static func ids(of user: Int64, in database: Database) throws -> Set<String> {
        try String.fetchSet(database, sql: "SELECT job_id FROM jobs WHERE user_id = ?", arguments: [user])
    }

    /// Finds a job by our id or by the provider's.
    static func job(_ id: String, in database: Database) throws -> Job? {
        try Row.fetchOne(
            database, sql: "\(selection) WHERE job_id = ? OR external_id = ? ORDER BY job_id = ? DESC LIMIT 1",
            arguments: [id, id, id]
        ).map(job)
    }

    /// The job that a webhook is about.
    ///
    /// The address is not signed, so it only counts for a job that no provider id is known of.
    static func job(of delivery: WebhookDelivery, in database: Database) throws -> Job? {
        if let job = try job(delivery.subject, in: database), job.provider == delivery.provider { return job }
        guard let addressee = delivery.addressee, let job = try job(addressee, in: database) else { return nil }
        return job.externalID == nil && job.provider == delivery.provider ? job : nil
    }

    /// Whether there is a job that no provider id is known of yet, and that its provider may have.
    static func hasUnresolved(provider: String, in database: Database) throws -> Bool {
        if try OrderTable.hasCancelledUnknown(provider: provider, in: database) { return true }
        return try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM jobs WHERE \(isUnfinished)
                    AND external_id IS NULL AND provider = ?)
                """, arguments: [provider]) ?? false
    }

    /// The jobs that are not over and that a provider may have, oldest first.
    static func unfinished(limit: Int, in database: Database) throws -> [Job] {
        try Row.fetchAll(
            database,
            sql: """
                \(selection) WHERE \(isUnfinished)
                    AND job_id NOT IN (SELECT job_id FROM job_orders WHERE state IN ('held', 'waiting'))
                ORDER BY created_at LIMIT ?
                """, arguments: [limit]
        ).map(job)
    }

    static let isUnfinished = "status IN ('pending', 'uploading', 'queued', 'running')"

    static func page(_ query: JobQuery, in database: Database) throws -> JobPage {
        // Each condition is a fixed text, and only those that are asked for are there: so SQLite finds the index for them.
        let conditions: [(text: String, value: (any DatabaseValueConvertible)?)] = [
            ("job_type = ?", query.kind?.rawValue), ("status = ?", query.status?.rawValue),
            ("provider = ?", query.provider), ("user_id = ?", query.userID),
        ]
        let asked = conditions.filter { $0.value != nil }
        let texts = asked.map(\.text) + (query.isUnfinishedOnly ? [isUnfinished] : [])
        let filter = texts.isEmpty ? "" : "WHERE " + texts.joined(separator: " AND ")
        let arguments = StatementArguments(asked.map(\.value))
        let total = try Int.fetchOne(database, sql: "SELECT count(*) FROM jobs \(filter)", arguments: arguments) ?? 0
        let rows = try Row.fetchAll(
            database, sql: "\(selection) \(filter) ORDER BY created_at DESC, job_id LIMIT ? OFFSET ?",
            arguments: arguments + [query.limit, query.offset])
        return JobPage(jobs: rows.map(job), total: total)
    }

    static let selection = """
        SELECT job_id, external_id, job_type, provider, status, config_name, created_at, queued_at, started_at,
            completed_at, cost_usd, hardware_type, error_message, output_url, metadata, user_id, estimated_cost, priority,
            priority_override, requires_approval, attempt
        FROM jobs
        """

    static func job(_ row: Row) -> Job {
        let metadata: String = row["metadata"]
        var job = Job(
            id: row["job_id"],
            kind: Job.Kind(rawValue: row["job_type"]) ?? .cloud,
            provider: row["provider"],
            configName: row["config_name"],
            createdAt: row.timestamp("created_at") ?? Timestamp(seconds: 0),
            status: JobStatus(spelling: row["status"]) ?? .pending,
            metadata: (try? JSONValue(parsing: metadata))?.members ?? [:]
        )
        job.externalID = row["external_id"]
        job.queuedAt = row.timestamp("queued_at")
        job.startedAt = row.timestamp("started_at")
        job.completedAt = row.timestamp("completed_at")
        job.costUSD = row["cost_usd"]
        job.hardwareType = row["hardware_type"]
        job.errorMessage = row["error_message"]
        job.outputURL = row["output_url"]
        job.userID = row["user_id"]
        job.estimatedCostUSD = row["estimated_cost"]
        job.priority = row["priority"]
        job.priorityOverride = row["priority_override"]
        job.requiresApproval = row["requires_approval"]
        job.attempt = row["attempt"]
        return job
    }
}

extension Row {
    /// The time that a column holds as text; nil when it holds none.
    func timestamp(_ column: String) -> Timestamp? {
        (self[column] as String?).flatMap { Timestamp(iso8601: $0) }
    }
}
