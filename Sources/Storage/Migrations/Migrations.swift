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
        m0009WebhookTrust,
    ]

    /// Takes the steps that are missing, each in a transaction with its record.
    ///
    /// - Parameters:
    ///   - database: The writing connection.
    ///   - steps: The steps; a test may give fewer.
    /// - Throws: `StorageError` for a schema that is not ours or newer than ours, else what SQLite says.
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
            try take(steps[version], version: version + 1, in: database)
        }
    }

    /// The version of a schema that will be brought up to date; nil for one that is new, or is there already.
    static func olderVersion(of database: Database) throws -> Int? {
        let done = try applied(in: database).count
        return (1..<all.count).contains(done) ? done : nil
    }

    private static func applied(in database: Database) throws -> [String] {
        guard try database.tableExists("schema_version") else {
            guard try !database.tableExists("jobs") else { throw foreign }
            return []
        }
        guard try database.columns(in: "schema_version").contains(where: { $0.name == "checksum" }) else {
            throw foreign
        }
        return try String.fetchAll(database, sql: "SELECT checksum FROM schema_version ORDER BY version")
    }

    private static var foreign: StorageError {
        StorageError(
            .unreadable,
            "The job database was made by SimpleTuner itself and cannot be taken over yet."
                + " Set SIMPLETUNER_STATE_DIR to another folder.")
    }

    private static func take(_ step: Migration, version: Int, in database: Database) throws {
        try database.inTransaction(.immediate) {
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
            return .commit
        }
    }
}
