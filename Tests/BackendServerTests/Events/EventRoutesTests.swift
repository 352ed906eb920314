import Accounts
import Foundation
import HTTPTypes
import JSON
import Jobs
import NetworkAddress
import Testing

@testable import BackendServer

@Suite struct EventRoutesTests {
    /// What a stream tells until it ends; what is published before is asked for with the id 0.
    private func stream(_ backend: Backend, _ path: String = "/api/events") async throws -> Backend.Answer {
        async let answer = backend.send(.get, path, headers: ["Last-Event-ID": "0"])
        while backend.events.listenerCount == 0 { await Task.yield() }
        backend.events.endAll()
        return try await answer
    }

    @Test func `the first frame greets, and then comes what webhooks say`() async throws {
        let backend = try Backend()
        let id = try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
        _ = try await backend.webhook(
            #"{"type":"training.status","prediction_id":"p1","status":"processing","step":5}"#)
        let answer = try await stream(backend)
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "text/event-stream; charset=utf-8")
        #expect(answer.headers[.noBuffering] == "no")
        let frames = answer.text.components(separatedBy: "\r\n\r\n").filter { !$0.isEmpty }
        #expect(frames.first?.contains("event: connection\r\n") == true)
        #expect(frames.allSatisfy { $0.hasPrefix("id: ") })
        let update = try #require(frames.first { $0.contains("event: cloud_job_update\r\n") })
        let data = try JSONValue(parsing: Array(update.split(separator: "data: ", maxSplits: 1)[1].utf8))
        #expect(
            data == [
                "type": "cloud_job_update", "job_id": .string(id), "event_type": "training.status",
                "status": "running", "updates": ["status": "running"], "external_job_id": "p1",
                "payload": [
                    "type": "training.status", "prediction_id": "p1", "status": "processing", "step": 5,
                ],
            ])
        #expect(frames.contains { $0.contains("event: training.status\r\n") })
        #expect(frames.contains { $0.contains(#""type":"job_status_changed""#) })
    }

    @Test func `everything that moves a job is told`() async throws {
        let backend = try Backend()
        let id = try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
        backend.replicate.set("p1", ["status": "processing"])
        await backend.reconciler.round()
        _ = try await backend.send(.post, "/api/cloud/jobs/\(id)/cancel")
        let text = try await stream(backend, "/api/events/stream").text
        for status in ["queued", "running", "cancelled"] {
            #expect(text.contains(#""status":"\#(status)","type":"job_status_changed""#))
        }
    }

    @Test func `a sixth stream of a client is refused, and a stranger's first`() async throws {
        let backend = try Backend()
        let local = BackendContext.clientKey(of: IPAddress("127.0.0.1"))
        let streams = (0..<5).map { _ in backend.events.join(.localAdmin, client: local, after: nil) }
        let answer = try await backend.send(.get, "/api/events", headers: ["X-Real-IP": "127.0.0.1"])
        #expect(answer.status == 503)
        #expect(answer.body.members?.keys.sorted() == ["detail", "error", "message"])
        #expect(try await backend.send(.get, "/api/events", headers: ["X-Real-IP": "9.9.9.9"]).status == 401)
        #expect(streams.allSatisfy { $0 != nil })
    }
}
