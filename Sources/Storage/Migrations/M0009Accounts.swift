extension Migrations {
    /// Who may sign in, by what, and what they may.
    ///
    /// Columns have the names that SimpleTuner gives them. Sessions and keys are stored as hashes. The four levels that
    /// are built in have the numbers 1 to 4 and no row; user 1 is the machine's own administrator, who has no row either.
    static let m0009Accounts = Migration(
        sql: """
            CREATE TABLE users (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                email TEXT NOT NULL UNIQUE,
                username TEXT NOT NULL UNIQUE,
                display_name TEXT NOT NULL,
                auth_provider TEXT NOT NULL,
                password_hash TEXT,
                is_active INTEGER NOT NULL,
                is_admin INTEGER NOT NULL,
                email_verified INTEGER NOT NULL,
                created_at TEXT NOT NULL,
                last_login_at TEXT
            ) STRICT;
            INSERT INTO sqlite_sequence (name, seq) VALUES ('users', 1);
            CREATE INDEX users_by_name ON users (username COLLATE NOCASE);
            CREATE INDEX users_by_email ON users (email COLLATE NOCASE);
            CREATE TABLE levels (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                name TEXT NOT NULL UNIQUE,
                description TEXT NOT NULL,
                priority INTEGER NOT NULL,
                permissions TEXT NOT NULL
            ) STRICT;
            INSERT INTO sqlite_sequence (name, seq) VALUES ('levels', 100);
            CREATE TABLE user_levels (
                user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                level_id INTEGER NOT NULL,
                PRIMARY KEY (user_id, level_id)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE user_permissions (
                user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                permission TEXT NOT NULL,
                granted INTEGER NOT NULL,
                PRIMARY KEY (user_id, permission)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE sessions (
                session_hash BLOB PRIMARY KEY,
                user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                created_at TEXT NOT NULL,
                expires_at TEXT NOT NULL,
                client TEXT
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX sessions_by_user ON sessions (user_id, created_at);
            CREATE INDEX sessions_by_age ON sessions (expires_at);
            CREATE TABLE api_keys (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                name TEXT NOT NULL,
                key_prefix TEXT NOT NULL,
                key_hash BLOB NOT NULL UNIQUE,
                created_at TEXT NOT NULL,
                last_used_at TEXT,
                expires_at TEXT,
                is_active INTEGER NOT NULL,
                scoped_permissions TEXT
            ) STRICT;
            CREATE INDEX api_keys_by_user ON api_keys (user_id);
            """)
}
