extension Migrations {
    /// The ids of the webhooks that had their effect, so that a repetition has none.
    static let m0003WebhookInbox = Migration(
        sql: """
            CREATE TABLE webhook_inbox (
                provider TEXT NOT NULL,
                webhook_id TEXT NOT NULL,
                job_id TEXT NOT NULL,
                received_at TEXT NOT NULL,
                PRIMARY KEY (provider, webhook_id)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX webhook_inbox_by_age ON webhook_inbox (received_at);
            """)
}
