import Jobs
import Testing

@testable import Storage

/// What jobs have cost is counted though they are removed.
@Suite struct CostLedgerTests {
    private static let now = Timestamp(seconds: 1_700_000_000)
    private let folder: TemporaryFolder
    private let database: JobDatabase

    init() throws {
        folder = try TemporaryFolder()
        database = try JobDatabase(path: folder.path + "/jobs.db")
    }

    /// A job of user 7 that is over.
    private func put(_ id: String, daysAgo days: Int64, _ change: (inout Job) -> Void) async throws {
        let made = Self.now.adding(seconds: -days * 86_400 - 60)
        var job = Job(id: id, kind: .cloud, provider: "replicate", configName: nil, createdAt: made, status: .failed)
        (job.userID, job.completedAt) = (7, made)
        change(&job)
        try await database.put(job)
    }

    private func spend(days: Int64, provider: String? = "replicate") async throws -> Double {
        try await database.spend(provider: provider, since: Self.now.adding(seconds: -days * 86_400))
    }

    private func putSome() async throws {
        try await put("today", daysAgo: 0) { $0.costUSD = 1 }
        try await put("lastWeek", daysAgo: 8) { $0.costUSD = 2 }
        // It ran, and its price never came; and one that never began.
        try await put("unpriced", daysAgo: 20) { ($0.startedAt, $0.estimatedCostUSD) = ($0.createdAt, 4) }
        try await put("neverBegan", daysAgo: 0) { ($0.status, $0.estimatedCostUSD) = (.cancelled, 8) }
        try await put("other", daysAgo: 0) { ($0.userID, $0.costUSD) = (8, 16) }
    }

    @Test(arguments: [true, false])
    func `sums and counts are the same after the jobs are removed`(oneByOne: Bool) async throws {
        try await putSome()
        let before = try await database.usage(of: 7, now: Self.now)
        #expect(before.costLastMonth == 7)
        #expect(before.costLastDay == 1)
        #expect(before.jobsLastHour == 2)
        #expect(before.jobsEver == 4)
        if oneByOne {
            for id in ["today", "lastWeek", "unpriced", "neverBegan", "other"] {
                #expect(try await database.deleteFinishedJob(id, now: Self.now) != nil)
            }
        } else {
            #expect(try await database.sweepJobs(endedBefore: Self.now, now: Self.now) == 5)
        }
        #expect(try await database.jobs(JobQuery()).total == 0)
        #expect(try await database.usage(of: 7, now: Self.now) == before)
        #expect(try await spend(days: 1) == 17)
        #expect(try await spend(days: 30) == 23)
        #expect(try await spend(days: 30, provider: nil) == 23)
        #expect(try await spend(days: 30, provider: "elsewhere") == 0)
    }

    @Test func `a job that is not over stays, and is counted once`() async throws {
        try await put("running", daysAgo: 0) { ($0.status, $0.estimatedCostUSD) = (.running, 4) }
        #expect(try await database.deleteFinishedJob("running", now: Self.now)?.status == .running)
        #expect(try await spend(days: 1) == 4)
    }

    @Test func `what no limit counts any more is forgotten`() async throws {
        try await put("a", daysAgo: 399) { $0.costUSD = 1 }
        _ = try await database.deleteFinishedJob("a", now: Self.now)
        #expect(try await spend(days: 1000) == 1)
        try await put("b", daysAgo: 0) { $0.costUSD = 2 }
        _ = try await database.deleteFinishedJob("b", now: Self.now.adding(seconds: 86_400))
        #expect(try await spend(days: 1000) == 2)
    }
}
