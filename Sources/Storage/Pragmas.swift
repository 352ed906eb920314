import GRDB

/// What the writing connection is told, and what it must answer when asked again.
///
/// Set after the pool is open: its own set-up of the write-ahead log runs later than any earlier hook and chooses
/// `synchronous=NORMAL`, which loses every commit since the last checkpoint when the power goes.
enum Pragmas {
    /// Name, what is written, and what reading it back gives.
    private static let wanted: [(name: String, value: String, answer: String)] = [
        ("synchronous", "FULL", "2"),
        ("busy_timeout", "5000", "5000"),
        ("foreign_keys", "ON", "1"),
        ("journal_size_limit", "67108864", "67108864"),
        ("trusted_schema", "OFF", "0"),
        ("cell_size_check", "ON", "1"),
        ("temp_store", "MEMORY", "2"),
        ("cache_size", "-16384", "-16384"),
        ("mmap_size", "0", "0"),
    ]

    static func set(on database: Database) throws {
        for pragma in wanted {
            // Reads the row that some of them answer with; `execute` would leave the statement unfinished.
            _ = try Row.fetchAll(database, sql: "PRAGMA \(pragma.name) = \(pragma.value)")
        }
        try check(on: database)
    }

    private static func check(on database: Database) throws {
        let expected = wanted.map { (name: $0.name, answer: $0.answer) } + [(name: "journal_mode", answer: "wal")]
        for pragma in expected {
            let answer = try String.fetchOne(database, sql: "PRAGMA \(pragma.name)")
            guard answer == pragma.answer else {
                throw StorageError(
                    .unsafeSettings,
                    "The database answers \(pragma.name)=\(answer ?? "nothing") instead of \(pragma.answer)."
                        + " It must lie on a local disk.")
            }
        }
    }
}
