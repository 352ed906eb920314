import Foundation
import GRDB
import JSON
import Jobs
import Testing

@testable import Storage

@Suite struct JobDatabaseTests {
    private let folder: TemporaryFolder
    private let path: String
    private let now = Timestamp(seconds: 1_700_000_000)

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path + "/cloud/jobs.db"
    }

    private func job(_ id: String, _ status: JobStatus = .pending, at seconds: Int64 = 1_700_000_000) -> Job {
        Job(
            id: id, kind: .cloud, provider: "replicate", configName: "demo", createdAt: Timestamp(seconds: seconds),
            status: status, metadata: ["hardware_profile": "h100", "n": .number("1.50")])
    }

    private func grant(_ id: String, _ byte: UInt8) -> UploadGrant {
        UploadGrant(jobID: id, nonce: [byte], tokenHash: [byte, byte])
    }

    @Test(arguments: [("synchronous", "2"), ("journal_mode", "wal"), ("foreign_keys", "1"), ("busy_timeout", "5000")])
    func `the writer keeps what it promises when it is asked again`(pragma: String, value: String) async throws {
        let database = try JobDatabase(path: path)
        #expect(try await database.write { try String.fetchOne($0, sql: "PRAGMA \(pragma)") } == value)
    }

    @Test func `readers cannot write`() async throws {
        let database = try JobDatabase(path: path)
        await #expect(throws: (any Error).self) {
            try await database.read { try $0.execute(sql: "DELETE FROM jobs") }
        }
        #expect(try await database.read { try Int.fetchOne($0, sql: "PRAGMA query_only") } == 1)
    }

    @Test func `a disk without room is told as that, and works when there is some`() async throws {
        let database = try JobDatabase(path: path)
        try await database.write { try $0.execute(sql: "PRAGMA max_page_count = 1") }
        let long = String(repeating: "x", count: 100_000)
        let error = await #expect(throws: StorageError.self) { try await database.setSettings(["a": .string(long)]) }
        #expect(error?.reason == .full)
        try await database.write { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
        try await database.setSettings(["a": .string(long)])
    }

    @Test func `weakness 44: only this user can read the files`() async throws {
        let database = try JobDatabase(path: path)
        try await database.setSettings(["a": 1])
        for name in [path, path + "-wal", path + ".lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: name)
            #expect((attributes[.posixPermissions] as? Int) == 0o600, "\(name)")
        }
    }

    @Test func `a second opener is refused with a sentence, and let in after the first`() throws {
        let first = try JobDatabase(path: path)
        let error = #expect(throws: StorageError.self) { try JobDatabase(path: path) }
        #expect(error?.reason == .inUse)
        try first.close()
    }

    @Test func `a folder that cannot be made is refused with a sentence`() throws {
        try Data().write(to: URL(filePath: folder.path + "/file"))
        let error = #expect(throws: StorageError.self) { try JobDatabase(path: folder.path + "/file/x/jobs.db") }
        #expect(error?.reason == .inaccessible)
    }

    @Test func `a job comes back as it was put, by either id`() async throws {
        let database = try JobDatabase(path: path)
        var job = job("j1", .running)
        job.externalID = "p1"
        job.startedAt = Timestamp(microseconds: 1_700_000_001_000_002)
        job.costUSD = 1.25
        job.errorMessage = "é'; DROP TABLE jobs; --"
        try await database.put(job)
        #expect(try await database.job("j1") == job)
        #expect(try await database.job("p1") == job)
        #expect(try await database.job("p2") == nil)
    }

    @Test func `a list is filtered, newest first, and knows the true total`() async throws {
        let database = try JobDatabase(path: path)
        for number in 0..<5 {
            let job = job("j\(number)", number == 2 ? .failed : .queued, at: Int64(number))
            try await database.put(job)
        }
        var query = JobQuery()
        query.limit = 2
        query.offset = 1
        let page = try await database.jobs(query)
        #expect(page.jobs.map(\.id) == ["j3", "j2"])
        #expect(page.total == 5)
        query = JobQuery()
        query.status = .failed
        query.kind = .cloud
        query.provider = "replicate"
        #expect(try await database.jobs(query).jobs.map(\.id) == ["j2"])
        query.provider = "other"
        #expect(try await database.jobs(query) == JobPage(jobs: [], total: 0))
        #expect(try await database.unfinishedJobs(limit: 10).map(\.id) == ["j0", "j1", "j3", "j4"])
    }

    @Test func `a grant lives until a quarter of an hour after the end, and dies with a cancellation`() async throws {
        let database = try JobDatabase(path: path)
        for (id, byte) in [("a", 1), ("b", 2), ("c", 3)] as [(String, UInt8)] {
            try await database.put(job(id), upload: grant(id, byte))
        }
        let date = Date(timeIntervalSince1970: now.seconds)
        #expect(try await database.uploadGrant(tokenHash: [1, 1], now: date)?.jobID == "a")
        #expect(try await database.uploadGrant(tokenHash: [1, 2], now: date) == nil)
        let end = now
        _ = try await database.updateJob("a") {
            $0.status = .completed; $0.completedAt = end
        }
        _ = try await database.updateJob("b") {
            $0.status = .cancelled; $0.completedAt = end
        }
        #expect(try await database.uploadGrant(tokenHash: [1, 1], now: date.addingTimeInterval(899))?.nonce == [1])
        #expect(try await database.uploadGrant(tokenHash: [1, 1], now: date.addingTimeInterval(900)) == nil)
        #expect(try await database.uploadGrant(tokenHash: [2, 2], now: date) == nil)
        #expect(try await database.activeUploadGrants(limit: 9, now: date).map(\.jobID).sorted() == ["a", "c"])
        #expect(try await database.activeUploadGrants(limit: 1, now: date).count == 1)
    }

    @Test func `statistics count, sum and average`() async throws {
        let database = try JobDatabase(path: path)
        var done = job("a", .completed)
        done.startedAt = Timestamp(seconds: 100)
        done.completedAt = Timestamp(seconds: 160)
        done.costUSD = 2.5
        try await database.put(done)
        try await database.put(job("b", .queued))
        try await database.put(job("old", .failed, at: 5))
        let statistics = try await database.statistics(since: Timestamp(seconds: 6))
        #expect(statistics.total == 2)
        #expect(statistics.costUSD == 2.5)
        #expect(abs(try #require(statistics.averageDurationSeconds) - 60) < 0.01)
        #expect(statistics.byStatus == [.completed: 1, .queued: 1, .failed: 1])
        #expect(statistics.active == 1)
    }

    @Test func `configuration and settings are kept`() async throws {
        let database = try JobDatabase(path: path)
        #expect(try await database.providerConfig("replicate") == [:])
        _ = try await database.changeProviderConfig("replicate", now: now, fingerprint: { _ in "" }) {
            $0.merging(["a": 1]) { $1 }
        }
        _ = try await database.changeProviderConfig("replicate", now: now, fingerprint: { _ in "" }) {
            $0.merging(["b": "x"]) { $1 }
        }
        #expect(try await database.providerConfig("replicate") == ["a": 1, "b": "x"])
        #expect(try await database.setting("on") == nil)
        try await database.setSettings(["on": true])
        #expect(try await database.setting("on") == true)
    }
}
