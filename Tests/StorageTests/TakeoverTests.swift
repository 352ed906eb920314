import Crypto
import Foundation
import GRDB
import JSON
import Jobs
import Testing

@testable import Storage

/// Databases as SimpleTuner 4.8 and older releases leave them.
@Suite struct TakeoverTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path + "/jobs.db"
    }

    private static let jobs = """
        CREATE TABLE jobs (job_id TEXT PRIMARY KEY, job_type TEXT NOT NULL, provider TEXT, status TEXT NOT NULL,
            config_name TEXT, created_at TEXT NOT NULL, started_at TEXT, completed_at TEXT, cost_usd REAL,
            hardware_type TEXT, error_message TEXT, output_url TEXT, upload_token TEXT, user_id INTEGER,
            metadata TEXT DEFAULT '{}', priority INTEGER NOT NULL DEFAULT 10, priority_override INTEGER,
            queue_position INTEGER NOT NULL DEFAULT 0, queued_at TEXT, requires_approval INTEGER DEFAULT 0,
            approval_id INTEGER, attempt INTEGER DEFAULT 1, max_attempts INTEGER DEFAULT 3, team_id TEXT,
            org_id INTEGER, estimated_cost REAL DEFAULT 0.0, allocated_gpus TEXT, num_processes INTEGER DEFAULT 1);
        CREATE INDEX idx_jobs_created_at ON jobs (created_at DESC);
        CREATE TABLE schema_version (version INTEGER PRIMARY KEY);
        INSERT INTO schema_version VALUES (5);
        CREATE TABLE provider_config (provider TEXT PRIMARY KEY, config TEXT NOT NULL DEFAULT '{}',
            updated_at TEXT NOT NULL);
        """

    private func write(_ sql: String, _ arguments: StatementArguments = []) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql, arguments: arguments) }
        try queue.close()
    }

    private func read<Value>(_ file: String, _ look: (Database) throws -> Value) throws -> Value {
        let queue = try DatabaseQueue(path: file)
        defer { try? queue.close() }
        return try queue.read(look)
    }

    @Test func `jobs and configurations are kept, and the database is ours from then on`() async throws {
        try write(Self.jobs)
        try write(
            """
            INSERT INTO jobs (job_id, job_type, provider, status, config_name, created_at, completed_at, cost_usd,
                hardware_type, user_id, metadata)
            VALUES ('pred1', 'cloud', 'replicate', 'completed', 'demo', '2026-01-02T03:04:05.000006+00:00',
                '2026-01-02T04:00:00Z', 1.5, 'H100', 7, '{"prediction_id":"pred1","run_name":"ü"}'),
                ('local1', 'local', NULL, 'error', NULL, '2026-01-01T00:00:00', NULL, NULL, NULL, NULL, 'no json')
            """)
        try write(
            "INSERT INTO provider_config VALUES ('replicate', ?, '2026-01-01T00:00:00+00:00')",
            [#"{"webhook_allowed_ips":["10.0.0.0/8"],"unknown":1}"#])
        let before = try Data(contentsOf: URL(filePath: path))

        try await opened()
        #expect(try JobDatabase(path: path).takeover == nil)
        // Whoever goes back finds all of it.
        let copied = try read(path + ".simpletuner") { try Row.fetchAll($0, sql: "SELECT * FROM jobs") }
        #expect(copied.count == 2)
        #expect(before.isEmpty == false)
        let left = try read(path) { database in
            try String.fetchAll(database, sql: "SELECT name FROM sqlite_schema WHERE name LIKE 'simpletuner%'")
        }
        #expect(left.isEmpty)
    }

    private func opened() async throws {
        let database = try JobDatabase(path: path)
        #expect(database.takeover == "2 jobs, 1 provider configurations, 0 accounts, 0 API keys")
        let job = try #require(try await database.job("pred1"))
        #expect(job.externalID == "pred1")
        #expect(job.status == .completed)
        #expect(job.costUSD == 1.5)
        #expect(job.metadata["run_name"] == "ü")
        #expect(job.createdAt.description == "2026-01-02T03:04:05.000006+00:00")
        let local = try #require(try await database.job("local1"))
        #expect(local.status == .failed)
        #expect(local.kind == .local)
        #expect(try await database.providerConfig("replicate")["webhook_allowed_ips"] == ["10.0.0.0/8"])
        try database.close()
    }

    @Test func `weakness 44: a running job goes on uploading with its token, which is stored no more`() async throws {
        try write(Self.jobs)
        try write(
            """
            INSERT INTO jobs (job_id, job_type, provider, status, created_at, upload_token)
            VALUES ('runs', 'cloud', 'replicate', 'running', '2026-01-02T03:04:05Z', 'the-token-of-43-letters'),
                ('ended', 'cloud', 'replicate', 'completed', '2026-01-02T03:04:05Z', 'another-token')
            """)
        let database = try JobDatabase(path: path)
        let now = Date(timeIntervalSince1970: 1_767_400_000)
        func grant(_ token: String) async throws -> UploadGrant? {
            try await database.uploadGrant(tokenHash: Array(SHA256.hash(data: Data(token.utf8))), now: now)
        }
        #expect(try await grant("the-token-of-43-letters")?.jobID == "runs")
        #expect(try await grant("another-token") == nil)
        try database.close()
        let bytes = try Data(contentsOf: URL(filePath: path))
        #expect(bytes.range(of: Data("the-token-of-43-letters".utf8)) == nil)
    }

    @Test(arguments: ["canceled", "starting", "processing", "succeeded", "something"])
    func `every spelling of a status is one of ours`(word: String) async throws {
        try write(Self.jobs)
        try write(
            "INSERT INTO jobs (job_id, job_type, status, created_at) VALUES ('a', 'cloud', ?, '2026-01-02T00:00:00')",
            [word])
        let job = try #require(try await JobDatabase(path: path).job("a"))
        #expect(job.status == JobStatus(spelling: word) ?? .failed)
        #expect(job.completedAt != nil || !job.status.isTerminal)
    }

    @Test func `what the old server itself ran is over, and what a provider runs goes on`() async throws {
        try write(Self.jobs)
        try write(
            """
            INSERT INTO jobs (job_id, job_type, provider, status, created_at)
            VALUES ('here', 'local', NULL, 'running', '2026-01-02T03:04:05Z'),
                ('there', 'cloud', 'replicate', 'running', '2026-01-02T03:04:05Z')
            """)
        let database = try JobDatabase(path: path)
        #expect(try await database.job("here")?.status == .failed)
        #expect(try await database.job("here")?.errorMessage?.hasPrefix("Interrupted") == true)
        #expect(try await database.job("there")?.status == .running)
    }

    @Test func `an older release's table with fewer columns is taken too`() async throws {
        try write("CREATE TABLE jobs (job_id TEXT PRIMARY KEY, status TEXT, created_at TEXT, provider TEXT)")
        try write("INSERT INTO jobs VALUES ('a', 'queued', '2025-01-02T00:00:00Z', 'replicate'), ('b', 5, NULL, X'00')")
        let database = try JobDatabase(path: path)
        #expect(database.takeover == "1 jobs, 0 provider configurations, 0 accounts, 0 API keys")
        #expect(try await database.job("a")?.status == .queued)
    }

    @Test func `what goes wrong half-way leaves SimpleTuner's database as it was`() throws {
        try write(Self.jobs)
        // A table by a name that ours are set aside under.
        try write("CREATE TABLE simpletuner_jobs (a)")
        #expect(throws: StorageError.self) { try JobDatabase(path: path) }
        let tables = try read(path) { database in
            try String.fetchAll(database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        }
        #expect(tables == ["jobs", "provider_config", "schema_version", "simpletuner_jobs"])
    }

    @Test func `somebody else's database is left alone`() throws {
        try write("CREATE TABLE jobs (id INTEGER); INSERT INTO jobs VALUES (1)")
        #expect(throws: StorageError.self) { try JobDatabase(path: path) }
        #expect(try read(path) { try Int.fetchOne($0, sql: "SELECT id FROM jobs") } == 1)
        #expect(!FileManager.default.fileExists(atPath: path + ".simpletuner"))
    }
}
