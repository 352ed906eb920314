import JSON
import Jobs
import Storage
import Testing

@testable import BackendServer

@Suite struct ReconcilerTests {
    @Test func `a job whose webhooks were all lost is brought to its end`() async throws {
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
}
