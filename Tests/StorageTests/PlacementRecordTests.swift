import JSON
import Jobs
import Testing

@testable import Storage

@Suite struct PlacementRecordTests {
    private let folder: TemporaryFolder
    private let database: JobDatabase
    private let now = Timestamp(seconds: 1_700_000_000)

    init() throws {
        folder = try TemporaryFolder()
        database = try JobDatabase(path: folder.path + "/jobs.db")
    }

    private func job(_ id: String) -> Job {
        Job(id: id, kind: .cloud, provider: "replicate", configName: nil, createdAt: now)
    }

    private func claim(_ key: String, hash: UInt8 = 1) -> SubmissionClaim {
        SubmissionClaim(owner: "local", endpoint: "submit", key: key, requestHash: [hash])
    }

    private func place(_ id: String, _ claim: SubmissionClaim?, now: Timestamp? = nil) async throws -> PlacementRecord {
        let wish = ApprovalRule.Wish(
            provider: "replicate", configName: nil, hardware: .standard, cost: 1)
        let placement = JobPlacement(
            job: job(id), upload: nil, claim: claim, order: [:],
            admission: Admission(submitter: Submitter(userID: 1), wish: wish), costLimit: nil)
        return try await database.place(placement, now: now ?? self.now)
    }

    @Test func `of many equal submissions at once exactly one makes a job`() async throws {
        let records = try await withThrowingTaskGroup(of: PlacementRecord.self) { group in
            for number in 0..<50 { group.addTask { try await place("j\(number)", claim("k")) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(records.filter(\.isPlaced).count == 1)
        let page = try await database.jobs(JobQuery())
        #expect(page.total == 1)
        #expect(records.filter { $0 == .repeated(page.jobs[0]) }.count == 49)
    }

    @Test func `a key for another request is a conflict, and another key is another job`() async throws {
        #expect(try await place("a", claim("k")).isPlaced)
        #expect(try await place("b", claim("k", hash: 2)) == .conflicting)
        #expect(try await place("c", claim("k2")).isPlaced)
        #expect(try await place("d", nil).isPlaced)
        #expect(try await database.job("b") == nil)
    }

    @Test func `a key is free again after a day`() async throws {
        #expect(try await place("a", claim("k")).isPlaced)
        #expect(try await place("b", claim("k"), now: now.adding(seconds: 86_399)) == .repeated(job("a")))
        #expect(try await place("c", claim("k", hash: 9), now: now.adding(seconds: 86_400)).isPlaced)
    }

    @Test func `a refused submission leaves neither job nor claim`() async throws {
        #expect(try await place("a", claim("k")).isPlaced)
        try await database.withdrawSubmission("a")
        #expect(try await database.job("a") == nil)
        #expect(try await database.order(of: "a")?.document == nil)
        #expect(try await place("b", claim("k", hash: 2)).isPlaced)
    }

    @Test func `a job that the provider has is not taken back`() async throws {
        #expect(try await place("a", claim("k")).isPlaced)
        _ = try await database.updateJob("a") { $0.externalID = "p" }
        try await database.withdrawSubmission("a")
        #expect(try await database.job("a") != nil)
    }
}

extension PlacementRecord {
    fileprivate var isPlaced: Bool {
        if case .placed = self { true } else { false }
    }
}
