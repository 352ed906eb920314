extension Migrations {
    /// What jobs have cost that are here no more: limits go on counting them.
    static let m0010CostLedger = Migration(
        sql: """
            CREATE TABLE spent (
                job_id TEXT PRIMARY KEY,
                user_id INTEGER,
                provider TEXT,
                created_at TEXT NOT NULL,
                cost_usd REAL NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX spent_by_creation ON spent (created_at);
            CREATE INDEX spent_by_user ON spent (user_id, created_at);
            """)
}
