import HTTPTypes
import JSON
import Jobs
import Storage
import Testing

@testable import BackendServer

@Suite struct ReconcilerTests {
    @Test func `weakness 77: a job whose webhooks were all lost is brought to its end`() async throws {
        let backend = try Backend()
        let id = try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
        backend.replicate.set("p1", ["status": "succeeded", "metrics": ["predict_time": 2]])
        await backend.reconciler.round()
        #expect(try await backend.database.job(id)?.status == .completed)
        #expect(try await backend.database.job(id)?.costUSD == 0.00305)
        let calls = backend.replicate.calls.count
        await backend.reconciler.round()
        #expect(backend.replicate.calls.count == calls)
    }

    @Test func `a job that was recorded and perhaps sent before a crash is found by its id`() async throws {
        let backend = try Backend()
        let job = Job(id: "lost1", kind: .cloud, provider: "replicate", configName: nil, createdAt: backend.now)
        try await backend.put(job)
        _ = try await backend.submit(#"{"config":{"a":1}}"#)
        backend.replicate.set("p1", ["webhook": "https://t.example:8001/api/webhooks/replicate?job=lost1", "id": "p7"])
        await backend.reconciler.round()
        #expect(try await backend.database.job("lost1")?.externalID == "p7")
    }

    @Test func `nothing is said about a submission that may still be under way`() async throws {
        let backend = try Backend()
        let jobs = [
            Job(id: "new", kind: .cloud, provider: "replicate", configName: nil, createdAt: backend.now),
            Job(
                id: "old", kind: .cloud, provider: "replicate", configName: nil,
                createdAt: backend.now.adding(seconds: -121)),
        ]
        for job in jobs {
            try await backend.put(job)
        }
        await backend.reconciler.round()
        #expect(try await backend.database.job("new")?.errorMessage == nil)
        #expect(try await backend.database.job("old")?.errorMessage == JobDispatcher.unclearSentence)
    }

    private func gone(_ backend: Backend) async throws -> String {
        let id = try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
        backend.replicate.set("p1", ["status": "processing"])
        await backend.reconciler.round()
        backend.replicate.forget("p1")
        return id
    }

    @Test func `a job that the provider does not know any more ends, and makes room`() async throws {
        let backend = try Backend()
        let id = try await gone(backend)
        for seconds: Int64 in [0, 10, 299] { await backend.reconciler(after: seconds).round() }
        #expect(try await backend.database.job(id)?.status == .running)
        #expect(try await backend.database.runningJobs().count == 1)
        await backend.reconciler(after: 300).round()
        let job = try #require(try await backend.database.job(id))
        #expect(job.status == .failed)
        #expect(job.completedAt == backend.now.adding(seconds: 300))
        #expect(job.errorMessage?.hasPrefix("The provider does not know the job's prediction p1 any more") == true)
        #expect(try await backend.database.runningJobs().isEmpty)
        let trail = try await backend.send(.get, "/api/audit?event_type=job.failed").text
        #expect(trail.contains(id))
    }

    @Test func `a prediction that comes back was never gone, and twice is not enough`() async throws {
        let backend = try Backend()
        let id = try await gone(backend)
        for seconds: Int64 in [0, 400] { await backend.reconciler(after: seconds).round() }
        backend.replicate.add("p1", ["status": "processing"])
        await backend.reconciler(after: 460).round()
        backend.replicate.forget("p1")
        for seconds: Int64 in [520, 580, 640] { await backend.reconciler(after: seconds).round() }
        #expect(try await backend.database.job(id)?.status == .running)
    }
}
