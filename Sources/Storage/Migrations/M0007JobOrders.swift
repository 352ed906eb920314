extension Migrations {
    /// What jobs were ordered to do, and what decides whether and when they are sent.
    ///
    /// An order is `held` for an approval, `waiting` for its turn, `sending`, `sent` without an answer, or `accepted`.
    static let m0007JobOrders = Migration(
        sql: """
            CREATE TABLE job_orders (
                job_id TEXT PRIMARY KEY,
                state TEXT NOT NULL,
                document TEXT NOT NULL,
                passes_user_limit INTEGER NOT NULL,
                queued_at TEXT NOT NULL,
                not_before TEXT,
                sending_at TEXT
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX job_orders_by_state ON job_orders (state, queued_at);
            CREATE INDEX jobs_by_user ON jobs (user_id, created_at DESC);
            CREATE TABLE quotas (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                quota_type TEXT NOT NULL,
                limit_value REAL NOT NULL,
                action TEXT NOT NULL,
                user_id INTEGER,
                level_id INTEGER,
                created_at TEXT NOT NULL,
                created_by INTEGER
            ) STRICT;
            CREATE TABLE approval_rules (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                name TEXT NOT NULL,
                description TEXT NOT NULL,
                condition TEXT NOT NULL,
                threshold TEXT NOT NULL,
                is_active INTEGER NOT NULL,
                priority INTEGER NOT NULL,
                applies_to_provider TEXT,
                applies_to_level TEXT,
                exempt_levels TEXT NOT NULL,
                required_approver_level TEXT NOT NULL,
                created_at TEXT NOT NULL,
                created_by INTEGER
            ) STRICT;
            CREATE TABLE approval_requests (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                job_id TEXT NOT NULL UNIQUE,
                rule_id INTEGER,
                status TEXT NOT NULL,
                reason TEXT NOT NULL,
                required_level TEXT NOT NULL,
                reviewed_by INTEGER,
                reviewed_at TEXT,
                notes TEXT,
                created_at TEXT NOT NULL,
                expires_at TEXT NOT NULL
            ) STRICT;
            CREATE INDEX approval_requests_by_status ON approval_requests (status, created_at DESC);
            """)
}
