import GRDB
import Jobs

/// All SQL that touches `webhook_parked`.
enum WebhookParkedTable {
    /// How many events wait at most; a provider tells two per prediction, and few submissions are under way at once.
    static let countMax = 1000
    /// How long one waits: as long as a submission without an answer may be looked for.
    static let lifetimeSeconds: Int64 = 3600

    /// Keeps an event; false when there is no room, or when it is there already.
    static func insert(_ parked: ParkedWebhook, now: Timestamp, into database: Database) throws -> Bool {
        let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM webhook_parked") ?? 0
        guard count < countMax else { return false }
        try database.execute(
            sql: """
                INSERT INTO webhook_parked (provider, webhook_id, subject, payload, received_at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """,
            arguments: [parked.provider, parked.webhookID, parked.subject, parked.payload, now.description])
        return database.changesCount == 1
    }

    /// Those whose job is known by now, in the order in which they came.
    static func due(limit: Int, in database: Database) throws -> [ParkedWebhook] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT p.provider, p.webhook_id, p.subject, p.payload FROM webhook_parked p
                JOIN jobs j ON j.external_id = p.subject AND j.provider = p.provider
                ORDER BY p.received_at LIMIT ?
                """, arguments: [limit]
        ).map { row in
            ParkedWebhook(
                provider: row["provider"], webhookID: row["webhook_id"], subject: row["subject"],
                payload: row["payload"])
        }
    }

    static func delete(provider: String, webhookID: String, from database: Database) throws {
        try database.execute(
            sql: "DELETE FROM webhook_parked WHERE provider = ? AND webhook_id = ?", arguments: [provider, webhookID])
    }

    /// Removes those that nobody came for.
    static func sweep(now: Timestamp, in database: Database) throws {
        try database.execute(
            sql: "DELETE FROM webhook_parked WHERE received_at < ?",
            arguments: [now.adding(seconds: -lifetimeSeconds).description])
    }
}
