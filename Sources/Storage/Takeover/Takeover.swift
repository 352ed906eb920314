import GRDB

/// Makes a database of SimpleTuner's own ours, once and for good.
///
/// Its tables are set aside under other names, our schema is made beside them, what both know is carried over, and the
/// old tables go: one transaction, so that a crash leaves SimpleTuner's database as it was. Before that it is copied to
/// `jobs.db.simpletuner`, for whoever goes back.
///
/// Kept are jobs, provider configurations, accounts with their levels and permissions, and API keys. Quotas and sessions are
/// in the copy alone.
struct Takeover {
    /// What was carried over.
    struct Summary: Equatable, CustomStringConvertible {
        var jobs = 0
        var providers = 0
        var accounts = 0
        var keys = 0

        var description: String {
            "\(jobs) jobs, \(providers) provider configurations, \(accounts) accounts, \(keys) API keys"
        }
    }

    /// Before the names of the tables that are taken over.
    static let prefix = "simpletuner_"
    /// More than any version of SimpleTuner has.
    private static let tablesMax = 100

    let database: Database

    /// Whether SimpleTuner made the database: it has its tables, and no record of our steps.
    static func isNeeded(for database: Database) throws -> Bool {
        guard try ["jobs", "users", "provider_config"].contains(where: { try database.tableExists($0) }) else {
            return false
        }
        guard try database.tableExists("schema_version") else { return true }
        return try !database.columns(in: "schema_version").contains { $0.name == "checksum" }
    }

    /// Takes it over.
    ///
    /// - Parameters:
    ///   - database: The writing connection, outside a transaction.
    ///   - path: The file.
    /// - Returns: What was carried over.
    /// - Throws: `StorageError` when there is no room for the copy or the tables are not SimpleTuner's; then nothing was
    ///   changed.
    static func run(on database: Database, path: String) throws -> Summary {
        guard try database.columns(in: "jobs").contains(where: { $0.name == "job_id" }) else { throw unknown }
        try SchemaCopy(path: path + ".simpletuner").make(from: database)
        // Dropping a table would else delete what refers to it; it can only be switched outside a transaction.
        try database.execute(sql: "PRAGMA foreign_keys = OFF")
        // The old tables hold tokens and session ids as they are sent.
        _ = try Row.fetchAll(database, sql: "PRAGMA secure_delete = ON")
        defer { try? database.execute(sql: "PRAGMA foreign_keys = ON") }
        var summary = Summary()
        try database.inTransaction(.immediate) {
            summary = try Takeover(database: database).carry()
            return .commit
        }
        return summary
    }

    private static let unknown = StorageError(
        .unreadable,
        "The job database is neither ours nor SimpleTuner's. Set SIMPLETUNER_STATE_DIR to another folder.")

    private func carry() throws -> Summary {
        let tables = try setAside()
        try Migrations.takeAll(in: database)
        var summary = Summary()
        summary.jobs = try carryJobs()
        if tables.contains("provider_config") { summary.providers = try carryProviders() }
        (summary.accounts, summary.keys) = try carryAccounts(Set(tables))
        for table in tables {
            try database.execute(sql: "DROP TABLE \((Self.prefix + table).quotedDatabaseIdentifier)")
        }
        return summary
    }

    /// Renames all tables, and removes what else there is.
    ///
    /// - Returns: The names that the tables had.
    private func setAside() throws -> [String] {
        let others = try Row.fetchAll(
            database,
            sql: """
                SELECT type, name FROM sqlite_schema
                WHERE type IN ('view', 'trigger') OR (type = 'index' AND sql IS NOT NULL) LIMIT 1000
                """)
        for other in others {
            let (type, name): (String, String) = (other["type"], other["name"])
            try database.execute(sql: "DROP \(type) IF EXISTS \(name.quotedDatabaseIdentifier)")
        }
        let tables = try String.fetchAll(
            database,
            sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) != 'sqlite_'")
        guard tables.count <= Self.tablesMax else { throw Self.unknown }
        for table in tables {
            try database.execute(
                sql: """
                    ALTER TABLE \(table.quotedDatabaseIdentifier)
                    RENAME TO \((Self.prefix + table).quotedDatabaseIdentifier)
                    """)
        }
        return tables
    }
}
