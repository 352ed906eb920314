import GRDB
import Jobs
import Testing

@testable import Storage

@Suite struct LongJobListTests {
    /// The first page of a long list, by everybody's and by one user's eyes: true totals, and an index for each, so that no
    /// page is sorted out of all jobs.
    @Test func `a list of 100,000 jobs has true totals, and its pages are read from an index`() async throws {
        let folder = try TemporaryFolder()
        let database = try JobDatabase(path: folder.path + "/jobs.db")
        try await database.write { database in
            try database.execute(
                sql: """
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
                    INSERT INTO jobs (job_id, job_type, provider, status, created_at, user_id)
                    SELECT 'j' || i, 'cloud', 'replicate', CASE WHEN i % 10 = 0 THEN 'failed' ELSE 'completed' END,
                        strftime('%Y-%m-%dT%H:%M:%S', 1700000000 + i, 'unixepoch') || '.000000+00:00', i % 100
                    FROM n
                    """)
        }
        var query = JobQuery()
        let page = try await database.jobs(query)
        #expect(page.total == 100_000)
        #expect(page.jobs.map(\.id) == (0..<50).map { "j\(100_000 - $0)" })
        try await expectIndexed(query, in: database)
        query.userID = 7
        query.status = .completed
        #expect(try await database.jobs(query).total == 1000)
        try await expectIndexed(query, in: database)
        query = JobQuery()
        query.status = .failed
        try await expectIndexed(query, in: database)
    }

    /// Looks at how SQLite answers what the list asks.
    private func expectIndexed(_ query: JobQuery, in database: JobDatabase) async throws {
        let plan = try await database.read { database in
            var statements: [String] = []
            database.trace { event in
                if case .statement(let statement) = event { statements.append(statement.expandedSQL) }
            }
            _ = try JobTable.page(query, in: database)
            database.trace(options: [])
            return try statements.flatMap { sql in
                try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(sql)").map { $0["detail"] as String }
            }
        }
        #expect(plan.count { $0.contains(" jobs USING ") } == 2, "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("USE TEMP B-TREE FOR ORDER BY") }, "\(plan)")
    }
}
