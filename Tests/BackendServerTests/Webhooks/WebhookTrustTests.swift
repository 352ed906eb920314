import AuditChain
import AuditTrail
import HTTPTypes
import JSON
import Jobs
import Storage
import Synchronization
import Testing

@testable import BackendServer

@Suite struct WebhookTrustTests {
    private func job(_ backend: Backend) async throws -> String {
        try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
    }

    /// The token that the trainer of the latest prediction was given.
    private func token(_ backend: Backend) throws -> String {
        let input = try #require(backend.replicate.predictions().last?["input"])
        let config = try JSONValue(parsing: Array(try #require(input["webhook_config"]?.text).utf8))
        return try #require(config.elements?.first?["auth_token"]?.text)
    }

    private func say(_ backend: Backend, _ body: String, _ token: String) async throws -> Backend.Answer {
        try await backend.send(.post, "/api/webhooks/replicate", body, headers: ["X-API-Key": token])
    }

    private func entries(_ backend: Backend, _ type: AuditEventType) async throws -> [AuditEvent] {
        var query = AuditQuery()
        query.types = [type]
        return try await backend.database.auditPage(query).entries.map(\.event)
    }

    @Test func `weakness 35: a job's own trainer is believed by the token that it was given`() async throws {
        let backend = try Backend()
        let id = try await job(backend)
        let token = try token(backend)
        let answer = try await say(backend, #"{"type":"training.status","job_id":"run","status":"running"}"#, token)
        #expect(answer.body == ["status": "received", "job_id": .string(id), "updates": ["status": "running"]])
        #expect(answer.headers[.verified] == nil)
        let text = try await backend.send(.get, "/api/cloud/jobs/\(id)").text
        #expect(!text.contains(token))
    }

    @Test func `weakness 35: a token speaks for its own job only`() async throws {
        let backend = try Backend()
        let first = try await job(backend)
        let token = try token(backend)
        let second = try await job(backend)
        #expect(try await say(backend, #"{"type":"failed","job_id":"\#(second)"}"#, token).status == 403)
        #expect(try await say(backend, #"{"type":"failed","prediction_id":"p2"}"#, token).status == 403)
        for id in [first, second] { #expect(try await backend.database.job(id)?.status == .queued) }
        #expect(try await say(backend, #"{"type":"failed","job_id":"\#(first)"}"#, token + "0").status == 401)
        #expect(try await say(backend, #"{"type":"failed","job_id":"\#(first)"}"#, "wht_").status == 401)
    }

    @Test func `weakness 35: a token dies some minutes after its job`() async throws {
        let backend = try Backend()
        let id = try await job(backend)
        let token = try token(backend)
        _ = try await say(backend, #"{"type":"completed","job_id":"\#(id)"}"#, token)
        let body = #"{"type":"training.status","job_id":"\#(id)","status":"running"}"#
        #expect(try await say(backend, body, token).body["updates"] == [:])
        _ = try await backend.database.updateJob(id) {
            $0.completedAt = backend.now.adding(seconds: -601)
        }
        #expect(try await say(backend, body, token).status == 401)
    }

    @Test func `weakness 31: what is not believed is written down`() async throws {
        let backend = try Backend()
        _ = try await backend.send(.post, "/api/webhooks/replicate", "{}")
        let entry = try #require(try await entries(backend, .webhookRejected).first)
        #expect(entry.details["reason"] == "Webhook signature required but not provided.")
        #expect(entry.target == "replicate")
        #expect(entry.endpoint == "/api/webhooks/replicate")
    }

    @Test func `weakness 33: a signature that cannot be checked is refused even where none is required`() async throws {
        let backend = try Backend(["REPLICATE_API_TOKEN": ""])
        _ = try await backend.send(.put, "/api/cloud/providers/replicate", #"{"webhook_require_signature":false}"#)
        let answer = try await backend.webhook(#"{"id":"p1","status":"succeeded"}"#)
        #expect(answer.status == 401)
        #expect(
            answer.body == ["detail": "Webhook signature verification failed: no signing secret configured."])
    }

    @Test func `weakness 30: one entry tells of a job's end, whatever comes later`() async throws {
        let backend = try Backend()
        let id = try await job(backend)
        for (number, status) in ["failed", "failed", "succeeded", "processing"].enumerated() {
            for _ in 0..<2 {
                _ = try await backend.webhook(#"{"id":"p1","status":"\#(status)"}"#, id: "m\(number)")
            }
        }
        let ends = try await entries(backend, .jobFailed) + entries(backend, .jobCompleted)
        #expect(ends.map(\.target) == [id])
        #expect(ends.map { $0.details["webhook_id"] } == ["m0"])
    }

    @Test func `an event that is faster than the answer to its submission waits for it`() async throws {
        let backend = try Backend()
        backend.replicate.beforeAnswering.withLock {
            $0 = {
                let early = try? await backend.webhook(#"{"id":"p1","status":"processing"}"#)
                #expect(early?.body == ["status": "received", "job_id": "p1", "updates": [:]])
            }
        }
        let id = try await job(backend)
        #expect(try await backend.database.job(id)?.status == .running)
        #expect(try await backend.database.dueParkedWebhooks(limit: 10) == [])
        #expect(try await backend.webhook(#"{"id":"p1","status":"processing"}"#).body == ["status": "duplicate"])
    }

    @Test func `weakness 32: an event of nobody's job is not kept when nothing is being submitted`() async throws {
        let backend = try Backend()
        _ = try await job(backend)
        #expect(
            try await backend.webhook(#"{"id":"px","status":"succeeded"}"#).body
                == ["status": "ignored", "reason": "unknown job"])
    }
}
