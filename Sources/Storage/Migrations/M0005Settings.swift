extension Migrations {
    /// Switches that are set while the program runs: a name and a JSON value.
    static let m0005Settings = Migration(
        sql: """
            CREATE TABLE settings (
                name TEXT PRIMARY KEY,
                value TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            """)
}
