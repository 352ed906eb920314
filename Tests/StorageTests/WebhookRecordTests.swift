import GRDB
import Jobs
import Testing

@testable import Storage

@Suite struct WebhookRecordTests {
    private let folder: TemporaryFolder
    private let database: JobDatabase
    private let now = Timestamp(seconds: 1_700_000_000)

    init() throws {
        folder = try TemporaryFolder()
        database = try JobDatabase(path: folder.path + "/jobs.db")
    }

    private func add(_ id: String, external: String? = nil) async throws {
        var job = Job(id: id, kind: .cloud, provider: "replicate", configName: nil, createdAt: now)
        job.externalID = external
        try await database.put(job)
    }

    private func deliver(
        _ id: String?, subject: String, addressee: String? = nil, provider: String = "replicate"
    ) async throws -> WebhookRecord {
        let delivery = WebhookDelivery(provider: provider, webhookID: id, subject: subject, addressee: addressee)
        return try await database.recordWebhook(delivery, now: now) { $0.errorMessage = ($0.errorMessage ?? "") + "x" }
    }

    private func effects(_ id: String) async throws -> String? { try await database.job(id)?.errorMessage }

    @Test func `a webhook has its effect once, however often and however much at once it comes`() async throws {
        try await add("a", external: "p")
        let records = try await withThrowingTaskGroup(of: WebhookRecord.self) { group in
            for _ in 0..<20 { group.addTask { try await deliver("m1", subject: "p") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(records.filter { $0 == .duplicate }.count == 19)
        #expect(try await effects("a") == "x")
        _ = try await deliver("m2", subject: "a")
        #expect(try await effects("a") == "xx")
    }

    @Test func `a webhook for nobody is not remembered, so that it counts once its job is there`() async throws {
        #expect(try await deliver("m1", subject: "p") == .unknownJob)
        try await add("a", external: "p")
        _ = try await deliver("m1", subject: "p")
        #expect(try await effects("a") == "x")
    }

    @Test func `the address finds a job only while its provider id is unknown`() async throws {
        try await add("a")
        try await add("b", external: "q")
        _ = try await deliver("m1", subject: "p", addressee: "a")
        #expect(try await effects("a") == "x")
        #expect(try await deliver("m2", subject: "p", addressee: "b") == .unknownJob)
    }

    @Test func `one provider cannot speak of another's job`() async throws {
        try await add("a", external: "p")
        #expect(try await deliver("m1", subject: "p", addressee: "a", provider: "other") == .unknownJob)
    }

    @Test func `no more events wait than there is room for, and none for longer than an hour`() async throws {
        try await add("a")
        func early(_ number: Int, at time: Timestamp) async throws -> WebhookRecord {
            let delivery = WebhookDelivery(
                provider: "replicate", webhookID: "m\(number)", subject: "p\(number)", addressee: nil, payload: "{}")
            return try await database.recordWebhook(delivery, now: time) { _ in }
        }
        let records = try await withThrowingTaskGroup(of: WebhookRecord.self) { group in
            for number in 0...WebhookParkedTable.countMax { group.addTask { try await early(number, at: now) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(records.count { $0 == .parked } == WebhookParkedTable.countMax)
        #expect(records.count { $0 == .unknownJob } == 1)
        #expect(try await early(5000, at: now.adding(seconds: 3601)) == .parked)
    }

    @Test func `weakness 36: the job of an event is found by an index, however many jobs there are`() async throws {
        let plan = try await database.read { database in
            try Row.fetchAll(
                database, sql: "EXPLAIN QUERY PLAN SELECT job_id FROM jobs WHERE job_id = 'p' OR external_id = 'p'"
            ).map { $0["detail"] as String }
        }
        #expect(plan.contains { $0.contains("INDEX") })
        #expect(!plan.contains { $0.hasPrefix("SCAN") })
    }
}
