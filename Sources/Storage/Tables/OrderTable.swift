import GRDB
import JSON
import Jobs

/// All SQL that touches `job_orders`.
enum OrderTable {
    enum State: String {
        case held, waiting, sending
        /// The provider's answer was lost: it may have the job.
        case sent
        /// Nothing is in doubt any more: from here on the job's own status tells.
        case accepted
    }

    /// More jobs than that wait all the same; these are looked at for the next slot.
    static let candidatesMax = 500
    /// Of one person: more than may run, so that nobody's waiting jobs hide those of others.
    static let candidatesPerUserMax = 100

    static func insert(
        _ document: JSONValue, of job: Job, passesUserLimit: Bool, into database: Database
    ) throws {
        let state = job.requiresApproval ? State.held : .waiting
        try database.execute(
            sql: """
                INSERT INTO job_orders (job_id, state, document, passes_user_limit, queued_at) VALUES (?, ?, ?, ?, ?)
                """,
            arguments: [job.id, state.rawValue, document.jsonText, passesUserLimit, job.createdAt.description])
    }

    static func set(_ state: State, of job: String, now: Timestamp, in database: Database) throws {
        try database.execute(
            sql: """
                UPDATE job_orders SET state = ?1, sending_at = CASE WHEN ?1 = 'sending' THEN ?2 ELSE sending_at END
                WHERE job_id = ?3
                """, arguments: [state.rawValue, now.description, job])
    }

    /// Puts an order back that could not be sent.
    static func postpone(_ job: String, until: Timestamp, in database: Database) throws {
        try database.execute(
            sql: "UPDATE job_orders SET state = 'waiting', not_before = ? WHERE job_id = ? AND state = 'sending'",
            arguments: [until.description, job])
    }

    /// Leaves an order as it is, to be looked at again later.
    static func setAside(_ job: String, until: Timestamp, in database: Database) throws {
        try database.execute(
            sql: "UPDATE job_orders SET not_before = ? WHERE job_id = ?", arguments: [until.description, job])
    }

    /// Nil when there is none, or none that can be read.
    static func document(of job: String, in database: Database) throws -> JSONValue? {
        try String.fetchOne(database, sql: "SELECT document FROM job_orders WHERE job_id = ?", arguments: [job])
            .flatMap { try? JSONValue(parsing: $0) }
    }

    static func state(of job: String, in database: Database) throws -> State? {
        try String.fetchOne(database, sql: "SELECT state FROM job_orders WHERE job_id = ?", arguments: [job])
            .flatMap(State.init)
    }

    /// The jobs that may be sent as soon as there is room.
    static func waiting(now: Timestamp, in database: Database) throws -> [QueueEntry] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT * FROM (
                    SELECT job_id, user_id, coalesce(priority_override, priority) AS priority,
                        job_orders.queued_at AS queued_at, passes_user_limit, row_number() OVER (
                            PARTITION BY user_id
                            ORDER BY coalesce(priority_override, priority) DESC, job_orders.queued_at) AS place
                    FROM job_orders JOIN jobs USING (job_id)
                    WHERE state = 'waiting' AND status = 'pending' AND (not_before IS NULL OR not_before <= ?))
                WHERE place <= \(candidatesPerUserMax)
                ORDER BY priority DESC, queued_at LIMIT \(candidatesMax)
                """, arguments: [now.description]
        ).map(entry)
    }

    /// How many jobs of each user are with the provider, or on their way.
    static func running(in database: Database) throws -> [Int64?: Int] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT user_id, count(*) AS number FROM (
                    SELECT user_id FROM jobs
                    WHERE status IN ('uploading', 'queued', 'running') AND job_type = 'cloud' AND provider = 'replicate'
                    UNION ALL
                    SELECT user_id FROM job_orders JOIN jobs USING (job_id)
                    WHERE state IN ('sending', 'sent') AND status = 'pending')
                GROUP BY user_id
                """)
        return Dictionary(rows.map { ($0["user_id"], $0["number"]) }, uniquingKeysWith: +)
    }

    /// The jobs that were being sent when the process before this one ended and may be looked at, oldest first.
    static func interrupted(before start: Timestamp, now: Timestamp, in database: Database) throws -> [UnresolvedJob] {
        try unresolved(
            """
            status = 'pending' AND external_id IS NULL AND state = 'sending' AND sending_at < ?1
                AND (not_before IS NULL OR not_before <= ?2)
            """, [start.description, now.description], limit: candidatesMax, in: database)
    }

    /// The jobs that a provider may have and that no provider id is known of, oldest first.
    static func unresolved(provider: String, limit: Int, in database: Database) throws -> [UnresolvedJob] {
        try unresolved(
            """
            external_id IS NULL AND provider = ? AND \(JobTable.isUnfinished)
                AND coalesce(state, '') NOT IN ('held', 'waiting')
            """, [provider], limit: limit, in: database)
    }

    /// The jobs that were cancelled while they were sent, or without an answer: what was started must be stopped.
    static func cancelledUnstopped(provider: String, limit: Int, in database: Database) throws -> [UnresolvedJob] {
        try unresolved(
            "provider = ? AND status = 'cancelled' AND state IN ('sending', 'sent')", [provider], limit: limit,
            in: database)
    }

    /// Whether a job was cancelled of which nobody knows whether its provider has it.
    static func hasCancelledUnknown(provider: String, in database: Database) throws -> Bool {
        try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM job_orders JOIN jobs USING (job_id)
                    WHERE state IN ('sending', 'sent') AND status = 'cancelled' AND external_id IS NULL
                        AND provider = ?)
                """, arguments: [provider]) ?? false
    }

    private static func unresolved(
        _ condition: String, _ arguments: StatementArguments, limit: Int, in database: Database
    ) throws -> [UnresolvedJob] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT * FROM (\(JobTable.selection)) AS jobs
                    LEFT JOIN (SELECT job_id, state, not_before, sending_at FROM job_orders) USING (job_id)
                WHERE \(condition) ORDER BY created_at LIMIT \(limit)
                """, arguments: arguments
        ).map { row in
            let job = JobTable.job(row)
            return UnresolvedJob(
                job: job, sentAt: row.timestamp("sending_at") ?? job.createdAt,
                isSent: (row["state"] as String?).flatMap(State.init) == .sent)
        }
    }

    private static func entry(_ row: Row) -> QueueEntry {
        QueueEntry(
            jobID: row["job_id"], userID: row["user_id"], effectivePriority: row["priority"],
            queuedAt: (row["queued_at"] as String?).flatMap { Timestamp(iso8601: $0) } ?? Timestamp(seconds: 0),
            passesUserLimit: row["passes_user_limit"])
    }
}
