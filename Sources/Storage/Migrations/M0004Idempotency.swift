extension Migrations {
    /// Which job a submission with an idempotency key made.
    static let m0004Idempotency = Migration(
        sql: """
            CREATE TABLE idempotency (
                owner TEXT NOT NULL,
                endpoint TEXT NOT NULL,
                key TEXT NOT NULL,
                request_hash BLOB NOT NULL,
                job_id TEXT NOT NULL,
                created_at TEXT NOT NULL,
                expires_at TEXT NOT NULL,
                PRIMARY KEY (owner, endpoint, key)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX idempotency_by_age ON idempotency (expires_at);
            CREATE INDEX idempotency_by_job ON idempotency (job_id);
            """)
}
