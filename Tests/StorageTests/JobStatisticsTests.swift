import Jobs
import Testing

@testable import Storage

@Suite struct JobStatisticsTests {
    @Test func `one user's figures are their own jobs'`() async throws {
        let folder = try TemporaryFolder()
        let database = try JobDatabase(path: folder.path + "/jobs.db")
        let now = Timestamp(seconds: 1_700_000_000)
        let rows: [(String, Int64, JobStatus, Double)] = [
            ("a", 7, .completed, 1), ("b", 7, .running, 2), ("c", 8, .completed, 4),
        ]
        for (id, user, status, cost) in rows {
            var job = Job(id: id, kind: .cloud, provider: "replicate", configName: nil, createdAt: now, status: status)
            (job.userID, job.costUSD, job.startedAt) = (user, cost, now)
            if status == .completed { job.completedAt = now.adding(seconds: user) }
            try await database.put(job)
        }
        let mine = try await database.statistics(since: now, user: 7)
        #expect(mine.total == 2)
        #expect(mine.costUSD == 3)
        #expect(mine.byStatus == [.completed: 1, .running: 1])
        #expect(mine.averageDurationSeconds.map { abs($0 - 7) < 0.001 } == true)
        let all = try await database.statistics(since: now)
        #expect(all.total == 3)
        #expect(all.byStatus == [.completed: 2, .running: 1])
    }
}
