import GRDB

/// The jobs and what belongs to them, in one SQLite file.
///
/// One connection writes, and a write is on the disk when the call returns (`synchronous=FULL`); up to four others only
/// read. What is written where is the business of the files in `Tables`;
/// the extensions of this type are the transactions that the program knows.
public final class JobDatabase: Sendable {
    private let pool: DatabasePool
    private let writes: GroupCommit
    /// Kept for its lock, and released after the pool.
    private let file: DatabaseFile
    /// What was carried over from SimpleTuner's own database, as a sentence; nil when it was ours already.
    public let takeover: String?

    /// Opens the database, making or migrating it where that is needed.
    ///
    /// - Parameter path: The file; its folder is made when it is missing.
    /// - Throws: `StorageError`, a sentence for the person who started the program.
    public init(path: String) throws(StorageError) {
        file = try DatabaseFile(path: path)
        do {
            pool = try DatabasePool(path: path, configuration: Self.configuration)
            writes = GroupCommit(pool: pool)
            takeover = try pool.writeWithoutTransaction { try Self.prepare($0, path: path) }
        } catch let error as StorageError {
            throw error
        } catch let error as DatabaseError {
            // SQLite's own words name no data, and are what a search engine knows.
            throw StorageError(
                .unreadable, "\(path) cannot be opened: \(error.message ?? error.resultCode.description).")
        } catch {
            throw StorageError(.unreadable, "\(path) cannot be opened.")
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            guard database.configuration.readonly else { return }
            try database.execute(sql: "PRAGMA query_only = 1")
            // Counting 100,000 jobs walks through an index of some MiB, which would else be read anew each time.
            try database.execute(sql: "PRAGMA cache_size = -8192")
        }
        return configuration
    }

    private static func prepare(_ database: Database, path: String) throws -> String? {
        try Pragmas.set(on: database)
        guard try String.fetchOne(database, sql: "PRAGMA quick_check(1)") == "ok" else {
            throw StorageError(.unreadable, "The job database is damaged. Restore a backup of it.")
        }
        if try Takeover.isNeeded(for: database) { return "\(try Takeover.run(on: database, path: path))" }
        if let version = try Migrations.olderVersion(of: database) {
            try SchemaCopy(database: path, version: version).make(from: database)
        }
        try Migrations.migrate(database)
        return nil
    }

    /// Runs one durable write, in a transaction with those that come at the same time.
    ///
    /// What the disk refuses is a `StorageError`, since a client can be told that. It begins as `IMMEDIATE`, so that it can never find itself unable to write half-way.
    func write<Value: Sendable>(_ change: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await writes.write(change)
        } catch let error as DatabaseError {
            throw StorageError(writing: error) ?? error
        }
    }

    func read<Value: Sendable>(_ look: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await pool.read(look)
    }

    /// Closes the connections; the write-ahead log is emptied into the file first.
    public func close() throws {
        try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try pool.close()
    }
}

extension StorageError {
    /// Of what SQLite says to a write, what the disk is to blame for; nil for everything else.
    fileprivate init?(writing error: DatabaseError) {
        switch error.resultCode {
        case .SQLITE_FULL: self.init(.full, "The disk of the job database is full: nothing was stored.")
        case .SQLITE_BUSY:
            self.init(.notWritten, "The job database is in use by another program. Nothing was stored; try again.")
        case .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN:
            self.init(.notWritten, "The disk of the job database takes no writes.")
        default: return nil
        }
    }
}
