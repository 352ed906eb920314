import FoundationEssentials
import GRDB
import Jobs
import Webhooks

/// All SQL that touches `subscriptions`.
enum SubscriptionTable {
    static let rowsMax = 100

    static func all(in database: Database) throws -> [Subscription] {
        try Row.fetchAll(database, sql: "SELECT * FROM subscriptions ORDER BY id LIMIT \(rowsMax)").map(subscription)
    }

    static func subscription(_ id: Int64, in database: Database) throws -> Subscription? {
        try Row.fetchOne(database, sql: "SELECT * FROM subscriptions WHERE id = ?", arguments: [id]).map(subscription)
    }

    /// Writes one, new when its id is zero.
    ///
    /// - Returns: Its id; nil when there are too many.
    static func put(_ subscription: Subscription, into database: Database) throws -> Int64? {
        let events = subscription.events.map(\.rawValue).sorted().joined(separator: ",")
        let values: StatementArguments = [
            subscription.name, subscription.url, events.isEmpty ? "" : ",\(events),", subscription.isEnabled,
            subscription.sealedSecret.map { Data($0) },
        ]
        if subscription.id != 0 {
            try database.execute(
                sql:
                    "UPDATE subscriptions SET name = ?, url = ?, events = ?, enabled = ?, sealed_secret = ? WHERE id = ?",
                arguments: values + [subscription.id])
            return subscription.id
        }
        guard try Int.fetchOne(database, sql: "SELECT count(*) FROM subscriptions") ?? 0 < rowsMax else { return nil }
        try database.execute(
            sql: """
                INSERT INTO subscriptions (name, url, events, enabled, sealed_secret, created_at)
                VALUES (?, ?, ?, ?, ?, ?)
                """, arguments: values + [subscription.createdAt.description])
        return database.lastInsertedRowID
    }

    static func delete(_ id: Int64, from database: Database) throws -> Bool {
        try database.execute(sql: "DELETE FROM subscriptions WHERE id = ?", arguments: [id])
        return database.changesCount > 0
    }

    static func noteUse(of id: Int64, now: Timestamp, in database: Database) throws {
        try database.execute(
            sql: "UPDATE subscriptions SET last_triggered_at = ? WHERE id = ?", arguments: [now.description, id])
    }

    private static func subscription(_ row: Row) -> Subscription {
        let names = (row["events"] as String).split(separator: ",").map(String.init)
        let secret: Data? = row["sealed_secret"]
        return Subscription(
            id: row["id"], name: row["name"], url: row["url"], events: Set(names.compactMap(OutgoingEvent.init)),
            isEnabled: row["enabled"], sealedSecret: secret.map { Array($0) },
            createdAt: row.timestamp("created_at") ?? Timestamp(seconds: 0),
            lastTriggeredAt: row.timestamp("last_triggered_at"))
    }
}
