import Accounts
import GRDB
import HTTPTypes
import JSON
import Jobs
import Testing

@testable import BackendServer
@testable import Storage

/// One job, one person or one bad row must not stop the queue for all, nor pass a limit by its age.
@Suite struct QueueFaultTests {
    private func order() throws -> JobOrder {
        try JobOrder(["config": ["a": 1]], provider: "replicate", headerKey: nil)
    }

    private func execute(_ backend: Backend, _ sql: String) async throws {
        try await backend.database.write { try $0.execute(sql: sql) }
    }

    private func closedQueue() async throws -> Backend {
        let backend = try Backend()
        _ = try await backend.send(.post, "/api/queue/concurrency", #"{"max_concurrent":1}"#)
        _ = try await backend.submit(#"{"config":{"first":1}}"#)
        return backend
    }

    @Test func `an order that cannot be read ends its own job, and the next is sent`() async throws {
        let backend = try await closedQueue()
        let bad = try #require(try await backend.submit(#"{"config":{"a":2}}"#)["job_id"]?.text)
        let good = try #require(try await backend.submit(#"{"config":{"a":3}}"#)["job_id"]?.text)
        try await execute(backend, "UPDATE job_orders SET document = '{\"broken' WHERE job_id = '\(bad)'")
        _ = try await backend.send(.post, "/api/queue/concurrency", #"{"max_concurrent":10}"#)
        #expect(try await backend.dispatcher.process() == 2)
        #expect(try await backend.database.job(bad)?.status == .failed)
        #expect(try await backend.database.job(good)?.status == .queued)
    }

    @Test func `of jobs whose turn it is one is taken, so that a crash leaves one in doubt`() async throws {
        let backend = try await closedQueue()
        for number in 0..<3 { _ = try await backend.submit(#"{"config":{"n":\#(number)}}"#) }
        _ = try await backend.send(.post, "/api/queue/concurrency", #"{"max_concurrent":10}"#)
        _ = try await backend.database.takeNextJob(now: backend.now)
        let sending = try await backend.database.read { database in
            try Int.fetchOne(database, sql: "SELECT count(*) FROM job_orders WHERE state = 'sending'")
        }
        #expect(sending == 1)
    }

    @Test func `a crowd of one person's jobs hides nobody else's`() async throws {
        let backend = try await closedQueue()
        for _ in 0..<3 { _ = try await backend.submissions.submit(try order(), by: JobMoneyTests.researcher) }
        try await backend.database.write { database in
            // Older than everybody's, and more than are looked at.
            try database.execute(
                sql: """
                    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)
                    INSERT INTO jobs (job_id, job_type, provider, status, created_at, user_id)
                    SELECT 'crowd' || i, 'cloud', 'replicate', 'pending', '2020-01-01T00:00:00.000000+00:00', 7 FROM n
                    """)
            try database.execute(
                sql: """
                    INSERT INTO job_orders (job_id, state, document, passes_user_limit, queued_at)
                    SELECT job_id, 'waiting', '{}', 0, created_at FROM jobs WHERE job_id LIKE 'crowd%'
                    """)
        }
        let other = Caller(userID: 8, username: "o", permissions: PermissionSet([.jobSubmit]))
        let mine = try #require(try await backend.submissions.submit(try order(), by: other).jobID)
        let seen = try await backend.database.waitingJobs(now: backend.now).map(\.jobID)
        #expect(seen.contains(mine))
        #expect(seen.count <= 500)
    }

    @Test func `what runs since before the period counts against its limit`() async throws {
        let backend = try Backend()
        _ = try await backend.send(
            .put, "/api/cloud/providers/replicate",
            #"""
            {"cost_limit_enabled":true,"cost_limit_amount":6,"cost_limit_period":"daily",
             "cost_limit_action":"block"}
            """#)
        let id = try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
        let old = backend.now.adding(seconds: -2 * 86_400)
        try await execute(backend, "UPDATE jobs SET created_at = '\(old)' WHERE job_id = '\(id)'")
        let next = try await backend.submit(#"{"config":{"a":2}}"#)
        #expect(next["success"] == false)
        #expect(next["error"]?.text?.hasPrefix("Cost limit exceeded") == true)
    }

    @Test func `what nobody here sends takes nobody's slot`() async throws {
        let backend = try Backend()
        for number in 0..<10 {
            try await execute(
                backend,
                """
                INSERT INTO jobs (job_id, job_type, provider, status, created_at)
                VALUES ('local\(number)', 'local', NULL, 'running', '2025-01-01T00:00:00.000000+00:00')
                """)
        }
        #expect(try await backend.submit(#"{"config":{"a":1}}"#)["status"] == "queued")
    }
}
