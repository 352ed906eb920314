import GRDB

/// One step of the schema.
///
/// A step that was released is never edited: a change is a new step.
struct Migration: Sendable {
    let sql: String

    /// FNV-1a of the text: it notices an edited step, not an attacker.
    var checksum: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in sql.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}

/// The steps, in order: the version of a schema is how many of them it has taken.
enum Migrations {
    static let all: [Migration] = [
        m0001Jobs,
        m0002ProviderConfig,
        m0003WebhookInbox,
        m0004Idempotency,
        m0005Settings,
        m0006Audit,
        m0007JobOrders,
        m0008WebhookTrust,
        m0009Accounts,
        m0010CostLedger,
        m0011Subscriptions,
    ]

    /// Takes the steps that are missing, each in a transaction with its record.
    ///
    /// - Parameters:
    ///   - database: The writing connection.
    ///   - steps: The steps; a test may give fewer.
    /// - Throws: `StorageError` for a schema that is newer than ours or differs from it, else what SQLite says.
    static func migrate(_ database: Database, steps: [Migration] = all) throws {
        let done = try applied(in: database)
        guard done.count <= steps.count else {
            throw StorageError(
                .newerSchema,
                "The job database has schema version \(done.count) and this program knows \(steps.count)."
                    + " Start the program that made it, or a newer one.")
        }
        for (step, checksum) in zip(steps, done) where step.checksum != checksum {
            throw StorageError(.unreadable, "The job database was made by another build whose schema differs.")
        }
        for version in done.count..<steps.count {
            try database.inTransaction(.immediate) {
                try take(steps[version], version: version + 1, in: database)
                return .commit
            }
        }
    }

    /// The version of a schema that will be brought up to date; nil for one that is new, or is there already.
    static func olderVersion(of database: Database) throws -> Int? {
        let done = try applied(in: database).count
        return (1..<all.count).contains(done) ? done : nil
    }

    /// Takes every step in a database that has none, inside a transaction of the caller's.
    static func takeAll(in database: Database) throws {
        for (index, step) in all.enumerated() { try take(step, version: index + 1, in: database) }
    }

    private static func applied(in database: Database) throws -> [String] {
        guard try database.tableExists("schema_version") else { return [] }
        return try String.fetchAll(database, sql: "SELECT checksum FROM schema_version ORDER BY version")
    }

    private static func take(_ step: Migration, version: Int, in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS schema_version (
                    version INTEGER PRIMARY KEY,
                    checksum TEXT NOT NULL,
                    applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
                ) STRICT
                """)
        try database.execute(sql: step.sql)
        try database.execute(
            sql: "INSERT INTO schema_version (version, checksum) VALUES (?, ?)",
            arguments: [version, step.checksum])
    }
}
