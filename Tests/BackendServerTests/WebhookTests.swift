import HTTPTypes
import JSON
import Jobs
import Storage
import Testing

@testable import BackendServer

@Suite struct WebhookTests {
    private func job(_ backend: Backend) async throws -> String {
        try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
    }

    @Test func `a signed event moves its job once`() async throws {
        let backend = try Backend()
        let id = try await job(backend)
        let first = try await backend.webhook(#"{"id":"p1","status":"processing"}"#)
        #expect(first.status == 200)
        #expect(
            first.body == ["status": "received", "job_id": .string(id), "updates": ["status": "running"]])
        let again = try await backend.webhook(#"{"id":"p1","status":"processing"}"#)
        #expect(again.body == ["status": "duplicate"])
        let done = try await backend.webhook(
            #"{"id":"p1","status":"succeeded","output":"https://o","metrics":{"predict_time":10}}"#, id: "m2")
        #expect(done.body["updates"]?["output_url"] == "https://o")
        #expect(try await backend.database.job(id)?.costUSD == 0.01525)
    }

    @Test func `a late event does not revive a finished job`() async throws {
        let backend = try Backend()
        let id = try await job(backend)
        _ = try await backend.webhook(#"{"type":"failed","job_id":"\#(id)","message":"boom"}"#)
        let late = try await backend.webhook(#"{"id":"p1","status":"processing"}"#, id: "m2")
        #expect(late.body["updates"] == [:])
        let job = try #require(try await backend.database.job(id))
        #expect(job.status == .failed)
        #expect(job.errorMessage == "boom")
    }

    @Test(arguments: [
        (["webhook-signature": "v1,AAAA"], "Invalid webhook signature"),
        (["webhook-timestamp": "1699999000"], "Invalid webhook signature"),
        (["webhook-id": "other"], "Invalid webhook signature"),
    ])
    func `a forged event is refused and changes nothing`(headers: [String: String], detail: String) async throws {
        let backend = try Backend()
        let id = try await job(backend)
        let answer = try await backend.webhook(#"{"id":"p1","status":"succeeded"}"#, headers: headers)
        #expect(answer.status == 401)
        #expect(answer.body == ["detail": .string(detail)])
        #expect(try await backend.database.job(id)?.status == .queued)
    }

    @Test func `an unsigned event is refused unless signatures are not required`() async throws {
        let backend = try Backend()
        let id = try await job(backend)
        let event = #"{"type":"completed","job_id":"\#(id)"}"#
        let refused = try await backend.send(.post, "/api/webhooks/replicate", event)
        #expect(refused.status == 401)
        #expect(refused.body == ["detail": "Webhook signature required but not provided."])
        _ = try await backend.send(
            .put, "/api/cloud/providers/replicate", #"{"webhook_require_signature":false}"#)
        #expect(try await backend.send(.post, "/api/cloud/webhook/replicate", event).status == 200)
        #expect(try await backend.database.job(id)?.status == .completed)
        // A signature that is there must be good all the same.
        #expect(try await backend.webhook(event, headers: ["webhook-signature": "v1,AAAA"]).status == 401)
    }

    @Test func `a replaced secret is asked for, and forgeries do not make us ask all the time`() async throws {
        let backend = try Backend()
        _ = try await job(backend)
        let newer = "whsec_YW5vdGhlci1zZWNyZXQtb2YtMjQtYnl0"
        let secrets = SigningSecrets(providers: backend.providers)
        #expect(try await secrets.current() != nil)
        backend.replicate.rotate(to: newer)
        #expect(try await secrets.replacement() != nil)
        for _ in 0..<5 { #expect(try await secrets.replacement() == nil) }
        #expect(backend.replicate.calls.filter { $0.hasSuffix("/secret") }.count == 2)
        #expect(try await backend.webhook(#"{"id":"p1","status":"processing"}"#, secret: newer).status == 200)
    }

    @Test func `a secret that is set is used, and never asked for`() async throws {
        let backend = try Backend(["CLOUD_WEBHOOK_SECRET": "whsec_YW5vdGhlci1zZWNyZXQtb2YtMjQtYnl0"])
        _ = try await job(backend)
        #expect(try await backend.webhook(#"{"id":"p1","status":"processing"}"#).status == 401)
        #expect(
            try await backend.webhook(
                #"{"id":"p1","status":"processing"}"#, secret: "whsec_YW5vdGhlci1zZWNyZXQtb2YtMjQtYnl0"
            ).status == 200)
        #expect(!backend.replicate.calls.contains("GET /webhooks/default/secret"))
    }

    @Test func `a secret that cannot be had now is no refusal, so that the event comes again`() async throws {
        let backend = try Backend()
        _ = try await job(backend)
        backend.replicate.behave(.isAway)
        #expect(try await backend.webhook(#"{"id":"p1","status":"processing"}"#).status == 503)
    }

    /// Each row: who sends, and whether an allowlist of 10.0.0.0/8 and 2001:db8::1 lets them in.
    @Test(
        arguments: [
            ("10.1.2.3", true), ("::ffff:10.1.2.3", true), ("2001:db8::1", true), ("11.0.0.1", false),
            ("2001:db8::2", false), ("127.0.0.1", false), ("junk", false), (nil, false),
        ] as [(String?, Bool)])
    func `weakness 25: the allowlist looks at the real client only`(address: String?, isLetIn: Bool) async throws {
        let backend = try Backend()
        _ = try await backend.send(
            .put, "/api/cloud/providers/replicate", #"{"webhook_allowed_ips":["10.0.0.0/8","2001:db8::1"]}"#)
        var headers = ["X-Forwarded-For": "10.9.9.9"]
        headers["X-Real-IP"] = address
        let answer = try await backend.webhook(#"{"id":"p1","status":"processing"}"#, headers: headers)
        #expect(answer.status == (isLetIn ? 200 : 403))
        if !isLetIn { #expect(answer.body == ["detail": "IP address not in allowlist"]) }
    }

    /// Each row: who sends, whether the list is switched on, and whether a list of everybody lets them in.
    @Test(
        arguments: [
            ("2001:db8::2", nil, true), ("::", nil, false), ("junk", nil, false), (nil, nil, false),
            ("::", true, false), ("::", false, true), (nil, false, true),
        ] as [(String?, Bool?, Bool)])
    func `nobody is in no list, not even in one of everybody`(
        address: String?, isEnabled: Bool?, isLetIn: Bool
    ) async throws {
        let backend = try Backend()
        let flag = isEnabled.map { #","webhook_ip_allowlist_enabled":\#($0)"# } ?? ""
        _ = try await backend.send(
            .put, "/api/cloud/providers/replicate", #"{"webhook_allowed_ips":["0.0.0.0/0","::/0"]\#(flag)}"#)
        var headers: [String: String] = [:]
        headers["X-Real-IP"] = address
        let answer = try await backend.webhook(#"{"id":"p1","status":"processing"}"#, headers: headers)
        #expect(answer.status == (isLetIn ? 200 : 403))
    }

    @Test func `what is signed but senseless is told apart`() async throws {
        let backend = try Backend()
        #expect(try await backend.webhook("{").body == ["detail": "Invalid JSON payload"])
        #expect(try await backend.webhook("{}").body == ["status": "ignored", "reason": "no job_id"])
        #expect(
            try await backend.webhook(#"{"id":"px","status":"succeeded"}"#).body
                == ["status": "ignored", "reason": "unknown job"])
        #expect(try await backend.send(.post, "/api/webhooks/other", "{}").status == 404)
        let long = String(repeating: " ", count: WebhookDesk.bodyMax + 1)
        #expect(try await backend.send(.post, "/api/webhooks/replicate", long).status == 413)
    }

    @Test func `an event finds a job by the address while its prediction is unknown`() async throws {
        let backend = try Backend()
        backend.replicate.behave(.losesRequest)
        let id = try await job(backend)
        let answer = try await backend.webhook(#"{"id":"p9","status":"processing"}"#, query: "?job=\(id)")
        #expect(answer.body["job_id"] == .string(id))
        #expect(try await backend.database.job("p9")?.status == .running)
        #expect(try await backend.database.job("p9")?.errorMessage == nil)
    }

    @Test func `a cancelled job that starts after all is stopped`() async throws {
        let backend = try Backend()
        backend.replicate.behave(.losesRequest)
        let id = try await job(backend)
        #expect(try await backend.send(.post, "/api/cloud/jobs/\(id)/cancel").status == 200)
        _ = try await backend.webhook(#"{"id":"p9","status":"starting"}"#, query: "?job=\(id)")
        #expect(backend.replicate.calls.last == "POST /predictions/p9/cancel")
        #expect(try await backend.database.job(id)?.status == .cancelled)
    }
}
