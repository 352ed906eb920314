import HTTPTypes
import JSON
import Jobs
import NetworkAddress
import Storage
import Testing

@testable import BackendServer

@Suite struct JobObservationTests {
    private func job(_ backend: Backend) async throws -> String {
        try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
    }

    @Test func `a job's log is its provider's, and says how far it is`() async throws {
        let backend = try Backend()
        let id = try await job(backend)
        backend.replicate.set("p1", ["logs": "caching latents\nEpoch 1: 42.5%|####\r\nline two\n"])
        #expect(
            try await backend.send(.get, "/api/cloud/jobs/\(id)/logs").body
                == ["job_id": .string(id), "logs": "caching latents\nEpoch 1: 42.5%|####\r\nline two\n"])
        #expect(
            try await backend.send(.get, "/api/cloud/jobs/\(id)/inline-progress").body
                == ["job_id": .string(id), "stage": "Training", "last_log": "line two", "progress": .number("42.5")])
        #expect(try await backend.send(.get, "/api/cloud/jobs/none/logs").status == 404)
        backend.replicate.behave(.isAway)
        #expect(try await backend.send(.get, "/api/cloud/jobs/\(id)/logs").status == 502)
    }

    @Test func `a log stream tells the lines and then the end`() async throws {
        let backend = try Backend()
        let id = try await job(backend)
        backend.replicate.set("p1", ["logs": "one\ntwo", "status": "succeeded"])
        await backend.reconciler.round()
        let answer = try await backend.send(.get, "/api/cloud/jobs/\(id)/logs/stream")
        #expect(answer.headers[.contentType] == "text/event-stream; charset=utf-8")
        #expect(
            answer.text
                == "data: one\n\ndata: two\n\nevent: done\ndata: completed\n\nevent: done\ndata: stream_end\n\n")
    }

    @Test func `a log forges no end of its stream`() async throws {
        let backend = try Backend()
        let id = try await job(backend)
        backend.replicate.set("p1", ["logs": "10%\revent: done\r\n", "status": "succeeded"])
        await backend.reconciler.round()
        let text = try await backend.send(.get, "/api/cloud/jobs/\(id)/logs/stream").text
        #expect(text.hasPrefix("data: 10%\ndata: event: done\n\nevent: done\ndata: completed\n"))
    }

    @Test func `weakness 60: a sync says in whole numbers what it found`() async throws {
        let backend = try Backend()
        let id = try await job(backend)
        backend.replicate.set("p1", ["status": "processing"])
        backend.replicate.add("foreign", ["status": "processing"])
        backend.replicate.add("over", ["status": "succeeded"])
        let first = try await backend.send(.post, "/api/cloud/jobs/sync").body
        #expect(
            first == [
                "synced": 2, "discovered": 1, "updated": 1,
                "message": "Discovered 1 jobs from Replicate, updated 1.",
            ])
        #expect(try await backend.database.job(id)?.status == .running)
        #expect(try await backend.database.job("foreign")?.status == .running)
        #expect(try await backend.database.job("over") == nil)
        #expect(try await backend.send(.post, "/api/cloud/jobs/sync").body["synced"] == 0)
    }

    @Test func `what a sync takes over has its price, and counts against the limits`() async throws {
        let backend = try Backend()
        backend.replicate.add("foreign", ["status": "processing", "model": "simpletuner/advanced-trainer-l40s-x2"])
        backend.replicate.add("other", ["status": "processing", "model": "black-forest/flux"])
        #expect(try await backend.send(.post, "/api/cloud/jobs/sync").body["discovered"] == 2)
        #expect(try await backend.database.job("foreign")?.hardwareType == "2x L40S")
        #expect(try await backend.database.job("foreign")?.estimatedCostUSD == 2 * 0.000972222 * 3600)
        for id in ["foreign", "other"] {
            backend.replicate.set(id, ["status": "succeeded", "metrics": ["predict_time": 1000]])
        }
        await backend.reconciler.round()
        #expect(try await backend.database.job("foreign")?.costUSD == 1.944444)
        #expect(try await backend.database.job("other")?.costUSD == nil)
    }

    @Test func `a sync takes nothing that may be a submission without an answer`() async throws {
        let backend = try Backend()
        backend.replicate.behave(.losesRequest)
        _ = try await job(backend)
        backend.replicate.add("foreign", ["status": "processing"])
        #expect(try await backend.send(.post, "/api/cloud/jobs/sync").body["discovered"] == 0)
    }

    @Test func `a list may ask for the active jobs to be looked at first`() async throws {
        let backend = try Backend()
        let id = try await job(backend)
        backend.replicate.set("p1", ["status": "processing"])
        _ = try await backend.send(.get, "/api/cloud/jobs")
        #expect(try await backend.database.job(id)?.status == .queued)
        let list = try await backend.send(.get, "/api/cloud/jobs?sync_active=true").body
        #expect(list["jobs"]?.elements?.first?["status"] == "running")
    }

    @Test func `a provider that is down costs nothing but time`() async throws {
        let backend = try Backend()
        let id = try await job(backend)
        backend.replicate.behave(.isAway)
        for _ in 0..<10 { await backend.reconciler.round() }
        #expect(try await backend.send(.post, "/api/cloud/jobs/sync").status == 502)
        #expect(try await backend.database.job(id)?.status == .queued)
        #expect(backend.replicate.predictions().count == 1)
        backend.replicate.behave(.works)
        backend.replicate.set("p1", ["status": "succeeded"])
        // Its breaker is open for half a minute.
        await backend.reconciler.round()
        #expect(try await backend.database.job(id)?.status == .queued)
        backend.time.pass(.seconds(31))
        await backend.reconciler.round()
        #expect(try await backend.database.job(id)?.status == .completed)
        #expect(backend.replicate.predictions().count == 1)
    }

    @Test func `who follows one job shares its provider's calls`() async throws {
        let backend = try Backend()
        let id = try await job(backend)
        backend.replicate.set("p1", ["logs": "one"])
        let running = try #require(try await backend.database.job(id))
        let seats = try (0..<20).map { try #require(backend.audience.seat(at: id, client: "\($0)", user: Int64($0))) }
        let calls = backend.replicate.calls.count
        for seat in seats { #expect(await seat.text(of: running) == "one") }
        #expect(backend.replicate.calls.count == calls + 1)
        // The last words of a job that is over now are asked for anew, once.
        backend.replicate.set("p1", ["logs": "one\ntwo", "status": "succeeded"])
        var over = running
        over.status = .completed
        for seat in seats { #expect(await seat.text(of: over) == "one\ntwo") }
        #expect(backend.replicate.calls.count == calls + 2)
    }

    @Test func `a client follows five logs at most, and a hundred are followed in all`() async throws {
        let backend = try Backend()
        let id = try await job(backend)
        let path = "/api/cloud/jobs/\(id)/logs/stream"
        backend.replicate.set("p1", ["status": "succeeded"])
        await backend.reconciler.round()
        let local = BackendContext.clientKey(of: IPAddress("127.0.0.1"))
        var seats = (0..<5).map { _ in backend.audience.seat(at: "other", client: local, user: 1) }
        let refused = try await backend.send(.get, path, headers: ["X-Real-IP": "127.0.0.1"])
        #expect(refused.status == 503)
        #expect(refused.body["error"] == "too_many_connections")
        #expect(try await backend.send(.get, path, headers: ["X-Real-IP": "::1"]).status == 200)
        seats.removeLast()
        // The stream's own place is free again after it.
        for _ in 0..<2 {
            #expect(try await backend.send(.get, path, headers: ["X-Real-IP": "127.0.0.1"]).status == 200)
        }
        for number in 0..<96 {
            seats.append(backend.audience.seat(at: "other", client: "c\(number)", user: Int64(number + 2)))
        }
        #expect(seats.count { $0 != nil } == 100)
        #expect(try await backend.send(.get, path, headers: ["X-Real-IP": "::1"]).status == 503)
    }
}
