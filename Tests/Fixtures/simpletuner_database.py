"""Makes a job database as SimpleTuner's own server leaves it: python simpletuner_database.py PATH

Prints what a user of it knows: names, passwords, a key.
"""

import hashlib
import json
import os
import pathlib
import secrets
import sqlite3
import string
import sys

TABLES = """
CREATE TABLE jobs (job_id TEXT PRIMARY KEY, job_type TEXT NOT NULL, provider TEXT, status TEXT NOT NULL, config_name TEXT,
    created_at TEXT NOT NULL, started_at TEXT, completed_at TEXT, cost_usd REAL, hardware_type TEXT, error_message TEXT,
    output_url TEXT, upload_token TEXT, user_id INTEGER, metadata TEXT DEFAULT '{}', priority INTEGER NOT NULL DEFAULT 10,
    priority_override INTEGER, queue_position INTEGER NOT NULL DEFAULT 0, queued_at TEXT,
    requires_approval INTEGER DEFAULT 0, approval_id INTEGER, attempt INTEGER DEFAULT 1, max_attempts INTEGER DEFAULT 3,
    team_id TEXT, org_id INTEGER, estimated_cost REAL DEFAULT 0.0, allocated_gpus TEXT, num_processes INTEGER DEFAULT 1);
CREATE INDEX idx_jobs_created_at ON jobs (created_at DESC);
CREATE INDEX idx_jobs_status ON jobs (status);
CREATE TABLE schema_version (version INTEGER PRIMARY KEY);
CREATE TABLE provider_config (provider TEXT PRIMARY KEY, config TEXT NOT NULL DEFAULT '{}', updated_at TEXT NOT NULL);
CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT UNIQUE NOT NULL, username TEXT UNIQUE NOT NULL,
    display_name TEXT, avatar_url TEXT, auth_provider TEXT NOT NULL DEFAULT 'local', password_hash TEXT, external_id TEXT,
    is_active INTEGER NOT NULL DEFAULT 1, is_admin INTEGER NOT NULL DEFAULT 0, email_verified INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL, last_login_at TEXT, org_id INTEGER, metadata TEXT DEFAULT '{}');
CREATE TABLE sessions (session_id TEXT PRIMARY KEY, user_id INTEGER NOT NULL, created_at TEXT, expires_at TEXT);
CREATE TABLE api_keys (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, name TEXT NOT NULL,
    key_prefix TEXT NOT NULL, key_hash TEXT NOT NULL, created_at TEXT NOT NULL, last_used_at TEXT, expires_at TEXT,
    is_active INTEGER NOT NULL DEFAULT 1, scoped_permissions TEXT,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE);
CREATE TABLE permissions (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, description TEXT NOT NULL,
    category TEXT NOT NULL DEFAULT 'general');
CREATE TABLE levels (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, description TEXT NOT NULL,
    priority INTEGER NOT NULL DEFAULT 0, is_system INTEGER NOT NULL DEFAULT 0);
CREATE TABLE level_permissions (level_id INTEGER NOT NULL, permission_name TEXT NOT NULL,
    PRIMARY KEY (level_id, permission_name));
CREATE TABLE user_levels (user_id INTEGER NOT NULL, level_id INTEGER NOT NULL, granted_at TEXT NOT NULL,
    granted_by INTEGER, PRIMARY KEY (user_id, level_id));
CREATE TABLE user_permissions (user_id INTEGER NOT NULL, permission_name TEXT NOT NULL,
    granted INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (user_id, permission_name));
CREATE TABLE quotas (id INTEGER PRIMARY KEY AUTOINCREMENT, quota_type TEXT NOT NULL, limit_value REAL NOT NULL,
    action TEXT NOT NULL DEFAULT 'block', user_id INTEGER, level_id INTEGER, org_id INTEGER, team_id INTEGER,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, created_by INTEGER);
"""
TIME = "2026-01-02T03:04:05.000006+00:00"


def password_hash(password):
    salt = secrets.token_bytes(32)
    return f"pbkdf2:sha256:600000${salt.hex()}$" + hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 600000).hex()


def main(path):
    pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
    key = "st_" + "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32))
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.executescript(TABLES)
    database.execute("INSERT INTO schema_version VALUES (5)")
    database.executemany(
        "INSERT INTO users (id, email, username, display_name, password_hash, is_active, is_admin, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (1, "local@localhost", "local", "Local Admin", None, 1, 1, TIME),
            (2, "root@example.com", "root", "Root", password_hash("longpassword1"), 1, 1, TIME),
            (3, "ann@example.com", "ann", "Ann", password_hash("longpassword2"), 1, 0, TIME),
            (4, "gone@example.com", "gone", "Gone", password_hash("longpassword3"), 0, 0, TIME),
        ])
    database.executemany(
        "INSERT INTO levels VALUES (?, ?, ?, ?, ?)",
        [(1, "viewer", "Viewer", 0, 1), (2, "researcher", "Researcher", 10, 1), (3, "lead", "Lead", 50, 1),
         (4, "admin", "Admin", 100, 1), (5, "auditor", "Reads the trail", 20, 0)])
    database.executemany(
        "INSERT INTO level_permissions VALUES (?, ?)",
        [(1, "job.view.own"), (2, "job.submit"), (4, "*"), (5, "admin.audit"), (5, "no.such.thing")])
    database.executemany(
        "INSERT INTO user_levels (user_id, level_id, granted_at) VALUES (?, ?, ?)",
        [(1, 4, TIME), (2, 4, TIME), (3, 2, TIME), (3, 5, TIME)])
    database.executemany("INSERT INTO user_permissions VALUES (?, ?, ?)", [(3, "job.view.all", 1), (3, "job.submit", 0)])
    database.execute(
        "INSERT INTO api_keys (user_id, name, key_prefix, key_hash, created_at, scoped_permissions) "
        "VALUES (3, 'ci', ?, ?, ?, ?)",
        (key[:11], hashlib.sha256(key.encode()).hexdigest(), TIME, json.dumps(["job.view.own"])))
    database.execute("INSERT INTO sessions VALUES ('a-session-as-it-is-sent', 2, ?, '2099-01-01T00:00:00+00:00')", (TIME,))
    database.execute(
        "INSERT INTO quotas (quota_type, limit_value, action, created_at, updated_at) "
        "VALUES ('concurrent_jobs', 3, 'warn', ?, ?)", (TIME, TIME))
    database.execute(
        "INSERT INTO provider_config VALUES ('replicate', ?, ?)",
        (json.dumps({"webhook_allowed_ips": ["10.0.0.0/8"], "hardware_profile": "h100-x2", "old_key": 1}), TIME))
    database.executemany(
        "INSERT INTO jobs (job_id, job_type, provider, status, config_name, created_at, completed_at, cost_usd, "
        "hardware_type, user_id, metadata, upload_token) VALUES (?, 'cloud', 'replicate', ?, ?, ?, ?, ?, 'H100', ?, ?, ?)",
        [
            ("prediction-ended", "completed", "demo", TIME, "2026-01-02T04:00:00Z", 1.5, 3,
             json.dumps({"prediction_id": "prediction-ended"}), "a-token-that-ended"),
            ("prediction-failed", "error", "demo", TIME, None, None, 2, "{}", None),
        ])
    database.commit()
    database.close()
    os.chmod(path, 0o644)
    print(json.dumps({"key": key}))


main(sys.argv[1])
