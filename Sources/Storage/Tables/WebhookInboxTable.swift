import GRDB
import Jobs

/// All SQL that touches `webhook_inbox`.
enum WebhookInboxTable {
    /// How long an id is remembered.
    ///
    /// Senders repeat for about three days (Standard Webhooks' example schedule), with a new time and signature each. So it
    /// is far longer than any signature counts, which is twice the tolerance: from early to late.
    static let lifetimeSeconds: Int64 = 7 * 86_400

    /// Remembers a webhook; false when it was here before.
    static func insert(
        provider: String, webhookID: String, jobID: String, now: Timestamp, into database: Database
    ) throws -> Bool {
        try database.execute(
            sql: """
                INSERT INTO webhook_inbox (provider, webhook_id, job_id, received_at) VALUES (?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """, arguments: [provider, webhookID, jobID, now.description])
        return database.changesCount == 1
    }

    /// Removes a few that are over: enough that more go than come, few enough not to be felt.
    static func sweep(now: Timestamp, in database: Database) throws {
        try database.execute(
            sql: """
                DELETE FROM webhook_inbox WHERE (provider, webhook_id) IN
                    (SELECT provider, webhook_id FROM webhook_inbox WHERE received_at < ? ORDER BY received_at LIMIT 20)
                """, arguments: [now.adding(seconds: -lifetimeSeconds).description])
    }
}
