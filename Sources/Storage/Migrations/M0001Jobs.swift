extension Migrations {
    /// The jobs.
    ///
    /// Columns have the names and meanings that SimpleTuner's own `jobs` table gives them.
    ///
    /// Two differ: the upload token, kept there in clear, is here a nonce and a hash; and the provider's id is a column,
    /// so that a webhook finds its job by an index.
    static let m0001Jobs = Migration(
        sql: """
            CREATE TABLE jobs (
                job_id TEXT PRIMARY KEY,
                external_id TEXT UNIQUE,
                job_type TEXT NOT NULL,
                provider TEXT,
                status TEXT NOT NULL,
                config_name TEXT,
                created_at TEXT NOT NULL,
                queued_at TEXT,
                started_at TEXT,
                completed_at TEXT,
                cost_usd REAL,
                hardware_type TEXT,
                error_message TEXT,
                output_url TEXT,
                upload_nonce BLOB,
                upload_token_hash BLOB UNIQUE,
                user_id INTEGER,
                metadata TEXT NOT NULL DEFAULT '{}',
                priority INTEGER NOT NULL DEFAULT 10,
                priority_override INTEGER,
                queue_position INTEGER,
                requires_approval INTEGER NOT NULL DEFAULT 0,
                approval_id INTEGER,
                attempt INTEGER NOT NULL DEFAULT 1,
                max_attempts INTEGER NOT NULL DEFAULT 3,
                team_id TEXT,
                org_id INTEGER,
                estimated_cost REAL,
                allocated_gpus TEXT,
                num_processes INTEGER
            ) STRICT;
            CREATE INDEX jobs_by_creation ON jobs (created_at DESC);
            CREATE INDEX jobs_by_status ON jobs (status, created_at DESC);
            """)
}
