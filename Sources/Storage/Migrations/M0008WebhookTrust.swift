extension Migrations {
    /// The credentials of the trainers inside the jobs, and events that came before their job's provider id.
    ///
    /// A token is stored as its hash, in a table of its own: whoever reads a job does not read it.
    static let m0008WebhookTrust = Migration(
        sql: """
            CREATE TABLE webhook_tokens (
                token_hash BLOB PRIMARY KEY,
                job_id TEXT NOT NULL,
                made_at TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX webhook_tokens_by_age ON webhook_tokens (made_at);
            CREATE TABLE webhook_parked (
                provider TEXT NOT NULL,
                webhook_id TEXT NOT NULL,
                subject TEXT NOT NULL,
                payload TEXT NOT NULL,
                received_at TEXT NOT NULL,
                PRIMARY KEY (provider, webhook_id)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX webhook_parked_by_age ON webhook_parked (received_at);
            CREATE INDEX webhook_parked_by_subject ON webhook_parked (subject);
            """)
}
