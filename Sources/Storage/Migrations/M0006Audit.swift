extension Migrations {
    /// The audit trail: its entries, the two ends of its chain, and how far the gateway's spool was read.
    ///
    /// Hashes are hexadecimal text. `client_key` is `client` in the form that sorts (``AuditTrail/AddressKey``).
    static let m0006Audit = Migration(
        sql: """
            CREATE TABLE audit_log (
                sequence INTEGER PRIMARY KEY,
                ulid TEXT NOT NULL UNIQUE,
                time_ms INTEGER NOT NULL,
                type TEXT NOT NULL,
                actor TEXT,
                actor_name TEXT,
                target_type TEXT,
                target TEXT,
                client TEXT,
                client_key BLOB,
                method TEXT,
                endpoint TEXT,
                user_agent TEXT,
                details TEXT NOT NULL,
                count INTEGER NOT NULL,
                previous_hash TEXT NOT NULL,
                hash TEXT NOT NULL
            ) STRICT;
            CREATE INDEX audit_log_by_time ON audit_log (time_ms);
            CREATE INDEX audit_log_by_type ON audit_log (type, sequence);
            CREATE INDEX audit_log_by_actor ON audit_log (actor, sequence) WHERE actor IS NOT NULL;
            CREATE INDEX audit_log_by_target ON audit_log (target, sequence) WHERE target IS NOT NULL;
            CREATE INDEX audit_log_by_client ON audit_log (client_key) WHERE client_key IS NOT NULL;
            CREATE TABLE audit_anchor (
                role TEXT PRIMARY KEY,
                sequence INTEGER NOT NULL,
                hash TEXT NOT NULL,
                signature TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE audit_position (
                segment INTEGER PRIMARY KEY,
                offset INTEGER NOT NULL
            ) STRICT;
            """)
}
