import FoundationEssentials
import GRDB
import Jobs

/// All SQL that touches `webhook_tokens`.
enum WebhookTokenTable {
    /// How long a token is remembered; no job runs longer.
    private static let lifetimeSeconds: Int64 = 30 * 86_400

    static func insert(hash: [UInt8], jobID: String, now: Timestamp, into database: Database) throws {
        try database.execute(
            sql: "INSERT INTO webhook_tokens (token_hash, job_id, made_at) VALUES (?, ?, ?)",
            arguments: [Data(hash), jobID, now.description])
    }

    static func jobID(hash: [UInt8], in database: Database) throws -> String? {
        try String.fetchOne(
            database, sql: "SELECT job_id FROM webhook_tokens WHERE token_hash = ?", arguments: [Data(hash)])
    }

    /// Removes a few that are over.
    static func sweep(now: Timestamp, in database: Database) throws {
        try database.execute(
            sql: """
                DELETE FROM webhook_tokens WHERE token_hash IN
                    (SELECT token_hash FROM webhook_tokens WHERE made_at < ? ORDER BY made_at LIMIT 20)
                """, arguments: [now.adding(seconds: -lifetimeSeconds).description])
    }
}
