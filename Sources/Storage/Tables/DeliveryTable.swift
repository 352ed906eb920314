import GRDB
import Jobs
import Webhooks

/// All SQL that touches `deliveries`; triggers make most of them.
enum DeliveryTable {
    /// How many that are over are remembered.
    private static let overMax = 1000

    /// Those that wait and whose time has come, the oldest first.
    static func due(now: Timestamp, limit: Int, in database: Database) throws -> [Delivery] {
        try Row.fetchAll(
            database,
            sql: "SELECT * FROM deliveries WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, id LIMIT ?",
            arguments: [now.description, limit]
        ).map(delivery)
    }

    /// Those of one address, or of all; the newest first.
    static func latest(of subscription: Int64?, limit: Int, in database: Database) throws -> [Delivery] {
        try Row.fetchAll(
            database,
            sql: "SELECT * FROM deliveries WHERE ?1 IS NULL OR subscription_id = ?1 ORDER BY id DESC LIMIT ?2",
            arguments: [subscription, limit]
        ).map(delivery)
    }

    /// Adds one that was sent already, as a test is.
    static func add(
        _ event: String, to subscription: Int64, _ attempt: Delivery.Attempt, now: Timestamp, in database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO deliveries (subscription_id, event, created_at, state, attempts, status, milliseconds, problem)
                VALUES (?, ?, ?, ?, 1, ?, ?, ?)
                """,
            arguments: [
                subscription, event, now.description,
                (attempt.problem == nil ? Delivery.State.delivered : .failed).rawValue, attempt.status,
                attempt.milliseconds, attempt.problem,
            ])
    }

    /// Notes an attempt: the message is delivered, or waits again, or was sent often enough.
    static func note(_ attempt: Delivery.Attempt, of delivery: Delivery, now: Timestamp, in database: Database) throws {
        let attempts = delivery.attempts + 1
        let wait = attempt.problem == nil ? nil : Delivery.wait(after: attempts)
        let state: Delivery.State = attempt.problem == nil ? .delivered : wait == nil ? .failed : .waiting
        try database.execute(
            sql: """
                UPDATE deliveries SET state = ?, attempts = ?, due_at = ?, status = ?, milliseconds = ?, problem = ?
                WHERE id = ?
                """,
            arguments: [
                state.rawValue, attempts, wait.map { now.adding(seconds: $0).description }, attempt.status,
                attempt.milliseconds, attempt.problem, delivery.id,
            ])
    }

    /// Forgets the oldest that are over.
    static func sweep(_ database: Database) throws {
        try database.execute(
            sql: """
                DELETE FROM deliveries WHERE state <> 'waiting' AND id <=
                    (SELECT id FROM deliveries WHERE state <> 'waiting' ORDER BY id DESC LIMIT 1 OFFSET ?)
                """, arguments: [overMax])
    }

    private static func delivery(_ row: Row) -> Delivery {
        let attempts: Int = row["attempts"]
        let milliseconds: Double? = row["milliseconds"]
        return Delivery(
            id: row["id"], subscriptionID: row["subscription_id"], event: row["event"], jobID: row["job_id"],
            createdAt: row.timestamp("created_at") ?? Timestamp(seconds: 0), attempts: attempts,
            state: Delivery.State(rawValue: row["state"]) ?? .failed,
            last: attempts == 0
                ? nil
                : Delivery.Attempt(status: row["status"], milliseconds: milliseconds ?? 0, problem: row["problem"]))
    }
}
