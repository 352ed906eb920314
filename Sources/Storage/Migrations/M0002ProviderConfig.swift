extension Migrations {
    /// What was configured per provider: one JSON object each.
    static let m0002ProviderConfig = Migration(
        sql: """
            CREATE TABLE provider_config (
                provider TEXT PRIMARY KEY,
                config TEXT NOT NULL,
                updated_at TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            """)
}
