extension Migrations {
    /// Addresses that want to be told of events, and the messages to them.
    ///
    /// A message is made by a trigger, in the transaction that moves the job: none is lost to a crash, and nothing that
    /// moves a job has to think of it. `events` has a comma before and behind each name, and is empty for all.
    static let m0011Subscriptions = Migration(
        sql: """
            CREATE TABLE subscriptions (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                name TEXT NOT NULL,
                url TEXT NOT NULL,
                events TEXT NOT NULL,
                enabled INTEGER NOT NULL,
                sealed_secret BLOB,
                created_at TEXT NOT NULL,
                last_triggered_at TEXT
            ) STRICT;
            CREATE TABLE deliveries (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                subscription_id INTEGER NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
                event TEXT NOT NULL,
                job_id TEXT,
                created_at TEXT NOT NULL,
                state TEXT NOT NULL,
                attempts INTEGER NOT NULL DEFAULT 0,
                due_at TEXT,
                status INTEGER,
                milliseconds REAL,
                problem TEXT
            ) STRICT;
            CREATE INDEX deliveries_by_due ON deliveries (due_at) WHERE state = 'waiting';
            CREATE INDEX deliveries_by_subscription ON deliveries (subscription_id, id);
            CREATE TRIGGER job_was_added AFTER INSERT ON jobs
            WHEN new.status IN ('pending', 'uploading', 'queued', 'running')
                AND EXISTS (SELECT 1 FROM subscriptions WHERE enabled)
            BEGIN
                INSERT INTO deliveries (subscription_id, event, job_id, created_at, state, due_at)
                SELECT id, 'job.submitted', new.job_id, strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now'), 'waiting',
                    strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now')
                FROM subscriptions
                WHERE enabled AND (events = '' OR instr(events, ',job.submitted,'))
                    AND (SELECT count(*) FROM deliveries WHERE state = 'waiting') < 10000;
            END;
            CREATE TRIGGER job_has_moved AFTER UPDATE OF status ON jobs
            WHEN new.status <> old.status AND new.status IN ('running', 'completed', 'failed', 'cancelled')
                AND EXISTS (SELECT 1 FROM subscriptions WHERE enabled)
            BEGIN
                INSERT INTO deliveries (subscription_id, event, job_id, created_at, state, due_at)
                SELECT id, 'job.' || iif(new.status = 'running', 'started', new.status), new.job_id,
                    strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now'), 'waiting',
                    strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now')
                FROM subscriptions
                WHERE enabled
                    AND (events = ''
                        OR instr(events, ',job.' || iif(new.status = 'running', 'started', new.status) || ','))
                    AND (SELECT count(*) FROM deliveries WHERE state = 'waiting') < 10000;
            END;
            """)
}
