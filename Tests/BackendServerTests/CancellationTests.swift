import HTTPTypes
import JSON
import Jobs
import Storage
import Synchronization
import Testing

@testable import BackendServer

@Suite struct CancellationTests {
    private func job(_ backend: Backend) async throws -> String {
        try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
    }

    private func cancel(_ id: String, _ backend: Backend) async throws -> Backend.Answer {
        try await backend.send(.post, "/api/cloud/jobs/\(id)/cancel")
    }

    @Test func `a job is stopped at the provider and here`() async throws {
        let backend = try Backend()
        let id = try await job(backend)
        let answer = try await cancel(id, backend)
        #expect(answer.status == 200)
        #expect(answer.body == ["success": true, "job_id": .string(id), "status": "cancelled"])
        #expect(backend.replicate.predictions().first?["status"] == "canceled")
        let again = try await cancel(id, backend)
        #expect(again.status == 409)
        #expect(again.body["error"] == "invalid_job_state")
        #expect(again.body["details"]?["current_state"] == "cancelled")
        #expect(again.body["detail"] == again.body["message"])
    }

    @Test func `a job cancelled while it was being submitted does not run on`() async throws {
        let backend = try Backend()
        let (database, prices, now) = (
            backend.database, try await backend.providers.configuration().prices, backend.now
        )
        backend.replicate.beforeAnswering.withLock {
            $0 = {
                var update = JobUpdate()
                update.status = .cancelled
                let cancelled = update
                guard let job = try? await database.jobs(JobQuery()).jobs.first else { return }
                _ = try? await database.updateJob(job.id) { $0.apply(cancelled, prices: prices, now: now) }
            }
        }
        #expect(try await backend.submit(#"{"config":{"a":1}}"#)["status"] == "cancelled")
        #expect(backend.replicate.predictions().map { $0["status"] } == ["canceled"])
    }

    @Test func `a job that ended in the meantime keeps its end`() async throws {
        let backend = try Backend()
        let id = try await job(backend)
        backend.replicate.set("p1", ["status": "succeeded", "output": "https://o"])
        let answer = try await cancel(id, backend)
        #expect(answer.status == 409)
        #expect(answer.body["details"]?["current_state"] == "completed")
        #expect(try await backend.database.job(id)?.outputURL == "https://o")
    }

    @Test func `a provider that is away leaves the job running`() async throws {
        let backend = try Backend()
        let id = try await job(backend)
        backend.replicate.behave(.isAway)
        let answer = try await cancel(id, backend)
        #expect(answer.status == 502)
        #expect(answer.body["error"] == "provider_error")
        #expect(try await backend.database.job(id)?.status == .queued)
    }

    @Test(arguments: ["nope", "..%2f", "%00"])
    func `a job that is not there is 404`(id: String) async throws {
        let answer = try await cancel(id, try Backend())
        #expect(answer.status == 404)
        #expect(answer.body["error"] == "job_not_found")
    }
}
