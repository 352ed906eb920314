import HTTPTypes
import JSON
import Jobs
import Storage
import Testing

@testable import BackendServer

/// The weaknesses of SimpleTuner's webhooks that are not tested elsewhere, each by its number in the contract.
@Suite struct WebhookWeaknessTests {
    private func job(_ backend: Backend) async throws -> String {
        try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
    }

    @Test(arguments: ["/api/webhooks/replicate", "/api/cloud/webhook/replicate"])
    func `weakness 28: a provider needs no login`(path: String) async throws {
        let backend = try Backend()
        _ = try await job(backend)
        let body = #"{"id":"p1","status":"processing"}"#
        var headers = try Backend.signature(body, id: "m1", seconds: Int64(backend.now.seconds))
        headers["X-Real-IP"] = "203.0.113.9"
        #expect(try await backend.send(.post, path, body, headers: headers).status == 200)
        #expect(try await backend.database.job("p1")?.status == .running)
    }

    @Test func `weakness 29: a webhook that is sent again, under either name of its headers, has no effect`()
        async throws
    {
        let backend = try Backend()
        let id = try await job(backend)
        let body = #"{"id":"p1","status":"failed","error":"first"}"#
        let standard = try Backend.signature(body, id: "m1", seconds: Int64(backend.now.seconds))
        let svix = Dictionary(
            uniqueKeysWithValues: standard.map { ($0.key.replacing("webhook-", with: "svix-"), $0.value) })
        #expect(try await backend.send(.post, "/api/webhooks/replicate", body, headers: svix).status == 200)
        let before = try await backend.database.job(id)
        #expect(
            try await backend.send(.post, "/api/webhooks/replicate", body, headers: standard).body
                == ["status": "duplicate"])
        #expect(try await backend.database.job(id) == before)
    }

    @Test func `weakness 34: a secret that was replaced loses no event, and is asked for once`() async throws {
        let backend = try Backend()
        _ = try await job(backend)
        _ = try await backend.webhook(#"{"id":"p1","status":"starting"}"#)
        let newer = "whsec_YW5vdGhlci1zZWNyZXQtb2YtMjQtYnl0"
        backend.replicate.rotate(to: newer)
        for number in 0..<3 {
            let answer = try await backend.webhook(
                #"{"id":"p1","status":"processing"}"#, id: "n\(number)", secret: newer)
            #expect(answer.status == 200)
        }
        #expect(backend.replicate.calls.filter { $0.hasSuffix("/secret") }.count == 2)
    }

    @Test func `weakness 37: nobody has this machine fetch an address by a webhook route`() async throws {
        let backend = try Backend()
        let before = backend.replicate.calls
        for path in ["/api/webhooks/test", "/api/cloud/webhook/test"] {
            let answer = try await backend.send(
                .post, path, #"{"webhook_url":"http://169.254.169.254/latest/meta-data"}"#,
                headers: ["X-Real-IP": "203.0.113.9"])
            #expect(answer.status == 401)
        }
        #expect(backend.replicate.calls == before)
    }
}
