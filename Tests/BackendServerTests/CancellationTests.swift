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

    /// A job that was cancelled while its prediction, whose answer was lost, was not to be seen yet.
    private func cancelledLost(_ backend: Backend, _ behaviour: FakeReplicate.Behaviour) async throws -> String {
        backend.replicate.behave(behaviour)
        backend.replicate.tell(atOnce: 0)
        let id = try await job(backend)
        backend.replicate.behave(.works)
        #expect(try await cancel(id, backend).status == 200)
        backend.replicate.tell(atOnce: 100)
        return id
    }

    private func stops(_ backend: Backend) -> Int { backend.replicate.calls.count { $0.hasSuffix("/cancel") } }

    @Test(arguments: ["https://t.example", ""])
    func `a prediction that shows up after its job was cancelled is stopped`(url: String) async throws {
        let backend = try Backend(["SIMPLETUNER_PUBLIC_URL": url])
        let id = try await cancelledLost(backend, .losesAnswer)
        #expect(backend.replicate.predictions().first?["status"] == "starting")
        // Nobody takes it for somebody else's meanwhile.
        #expect(try await backend.send(.post, "/api/cloud/jobs/sync").body["discovered"] == 0)
        backend.replicate.behave(.isAway)
        await backend.reconciler(after: 60).round()
        backend.replicate.behave(.works)
        await backend.reconciler(after: 120).round()
        #expect(backend.replicate.predictions().first?["status"] == "canceled")
        #expect(try await backend.database.job(id)?.externalID == "p1")
        #expect(try await backend.database.job(id)?.status == .cancelled)
        await backend.reconciler(after: 180).round()
        #expect(stops(backend) == 1)
    }

    @Test func `what such a prediction cost until then is counted`() async throws {
        let backend = try Backend()
        let id = try await cancelledLost(backend, .losesAnswer)
        backend.replicate.set("p1", ["status": "succeeded", "metrics": ["predict_time": 2]])
        await backend.reconciler(after: 60).round()
        #expect(try await backend.database.job(id)?.status == .cancelled)
        #expect(try await backend.database.job(id)?.costUSD == 0.00305)
        #expect(stops(backend) == 0)
    }

    @Test func `a cancelled job that never arrived is looked for ten minutes`() async throws {
        let backend = try Backend()
        _ = try await cancelledLost(backend, .losesRequest)
        await backend.reconciler(after: 599).round()
        #expect(try await backend.database.cancelledUnstoppedJobs(provider: "replicate", limit: 9).count == 1)
        await backend.reconciler(after: 600).round()
        #expect(try await backend.database.cancelledUnstoppedJobs(provider: "replicate", limit: 9).isEmpty)
    }

    @Test func `a cancelled job that could not be stopped in time is stopped later`() async throws {
        let backend = try Backend()
        let database = backend.database
        backend.replicate.beforeAnswering.withLock {
            $0 = { [replicate = backend.replicate] in
                guard let job = try? await database.jobs(JobQuery()).jobs.first else { return }
                _ = try? await database.updateJob(job.id) { $0.status = .cancelled }
                replicate.behave(.isAway)
            }
        }
        _ = try await job(backend)
        #expect(backend.replicate.predictions().first?["status"] == "starting")
        backend.replicate.behave(.works)
        await backend.reconciler(after: 60).round()
        #expect(backend.replicate.predictions().first?["status"] == "canceled")
    }
}
