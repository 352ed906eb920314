import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Jobs
import NetworkAddress
import Providers
import Storage
import Synchronization
import Testing

@testable import BackendServer

@Suite struct WebhookProbeTests {
    private static let test = "/api/cloud/providers/replicate/test-webhook"

    private func backend(answering status: Int = 200, _ variables: [String: String] = [:]) throws -> Backend {
        let backend = try Backend(
            variables,
            addresses: [
                "out.example": [IPAddress("34.1.2.3")].compactMap(\.self),
                "in.example": [IPAddress("10.0.0.7")].compactMap(\.self),
                "t.example": [IPAddress("10.0.0.8")].compactMap(\.self),
            ])
        backend.replicate.elsewhere.withLock {
            $0 = { _ in .success(OutboundAnswer(status: status, body: Array("the inner secret".utf8))) }
        }
        return backend
    }

    private func configure(_ backend: Backend, _ url: String) async throws {
        _ = try await backend.send(
            .put, "/api/cloud/providers/replicate", JSONValue.object(["webhook_url": .string(url)]).jsonText)
    }

    @Test func `without an address there is nothing to test`() async throws {
        #expect(
            try await Backend().send(.post, Self.test).body == [
                "success": false, "message": "No webhook URL configured", "latency_ms": nil,
                "error": "Configure a webhook URL in provider settings first",
            ])
    }

    @Test func `an address outside is called at the place that was looked at`() async throws {
        let backend = try backend()
        try await configure(backend, "https://out.example/hook")
        let answer = try await backend.send(.post, Self.test).body
        #expect(answer["success"] == true)
        #expect(answer["latency_ms"]?.double == 0)
        #expect(backend.replicate.ways.withLock { $0.last?.pinnedAddresses } == ["out.example": "34.1.2.3"])
    }

    /// Its own name leads nowhere: only the pinned address answers.
    @Test(arguments: ["http://pin.example", "http://PIN.Example"])
    func `a pinned host is called at its address, however it is spelt`(origin: String) async throws {
        let router = Router()
        router.get("hook") { _, _ in HTTPResponse.Status.noContent }
        let outbound = HTTPOutbound()
        var settings = OutboundSettings.direct
        settings.pinnedAddresses = ["pin.example": "127.0.0.1"]
        let way = outbound.outbound(settings)
        let application = Application(router: router, logger: Backend.silence)
        try await application.test(.live) { client in
            let port = try #require(client.port)
            let call = OutboundCall(method: .get, url: "\(origin):\(port)/hook", headers: [], body: nil)
            let answer = try? await way.send(call, .seconds(30))
            #expect(answer?.status == 204)
        }
        try await outbound.shutdown()
    }

    /// Weakness 37: it fetched any address for anybody, and showed what was answered.
    @Test(arguments: [
        "http://169.254.169.254/latest/meta-data", "http://in.example/", "http://[::1]:8080/", "http://localhost/",
    ])
    func `weakness 37: nothing behind our walls is called`(url: String) async throws {
        let backend = try backend()
        try await configure(backend, url)
        let answer = try await backend.send(.post, Self.test).body
        #expect(answer["success"] == false)
        let direct = try await backend.send(
            .post, "/api/webhooks/test", JSONValue.object(["webhook_url": .string(url)]).jsonText)
        #expect(direct.status == 200)
        #expect(direct.body["success"] == false)
        #expect(backend.replicate.ways.withLock { $0.isEmpty })
    }

    private static let paths = ["/api/webhooks/test", "/api/cloud/webhook/test"]

    @Test(arguments: paths, ["", "{}", #"{"webhook_url":null}"#, #"{"webhook_url":""}"#])
    func `without an address the configured one is tested`(path: String, body: String) async throws {
        let backend = try backend()
        let none = try await backend.send(.post, path, body)
        #expect(none.status == 200)
        #expect(none.body["error"] == "Configure a webhook URL in provider settings first")
        #expect(none.body["success"] == false)
        try await configure(backend, "https://out.example/hook")
        let answer = try await backend.send(.post, path, body)
        #expect(answer.body["success"] == true)
        #expect(answer.body["status_code"] == 200)
        #expect(answer.body["method"] == "direct")
        #expect(backend.replicate.ways.withLock { $0.count } == 1)
    }

    @Test(arguments: paths) func `an address that is no text is refused`(path: String) async throws {
        let backend = try backend()
        #expect(try await backend.send(.post, path, #"{"webhook_url":5}"#).status == 422)
        #expect(try await backend.send(.post, path, "[]").status == 422)
    }

    @Test func `the path of the web page takes webhooks of providers all the same`() async throws {
        let backend = try backend()
        _ = try await backend.submit(#"{"config":{"a":1}}"#)
        let body = #"{"id":"p1","status":"processing"}"#
        let headers = try Backend.signature(body, id: "m1", seconds: Int64(backend.now.seconds))
        let answer = try await backend.send(.post, "/api/cloud/webhook/replicate", body, headers: headers)
        #expect(answer.body["status"] == "received")
    }

    @Test func `weakness 37: what was answered is not shown`() async throws {
        let backend = try backend(answering: 404)
        let answer = try await backend.send(
            .post, "/api/webhooks/test", #"{"webhook_url":"https://out.example/hook"}"#)
        #expect(answer.body["status_code"] == 404)
        #expect(answer.body["error"] == "It answered HTTP 404")
        #expect(!answer.text.contains("secret"))
    }

    @Test func `our own address and allowed networks are called`() async throws {
        let own = try backend()
        try await configure(own, "https://t.example:8001/api/webhooks/replicate")
        #expect(try await own.send(.post, Self.test).body["success"] == true)
        let allowed = try backend(["TUNERGATE_PRIVATE_TARGETS": "10.0.0.0/24"])
        try await configure(allowed, "http://in.example/")
        #expect(try await allowed.send(.post, Self.test).body["success"] == true)
    }

    @Test(arguments: ["ftp://x/", "http://user:pass@out.example/", "x"])
    func `what is no web address is refused`(url: String) async throws {
        let answer = try await backend().send(
            .post, "/api/webhooks/test", JSONValue.object(["webhook_url": .string(url)]).jsonText)
        #expect(answer.body["success"] == false)
    }

    @Test func `only a few tests are under way at one time`() async throws {
        let backend = try backend()
        while backend.providers.probeLimit.enter() {}
        let body = #"{"webhook_url":"https://out.example/hook"}"#
        let busy = try await backend.send(.post, "/api/webhooks/test", body)
        #expect(busy.body["error"] == "Other tests are under way. Try again in a moment.")
        let storage = try await backend.send(.post, "/api/cloud/providers/replicate/test-s3")
        #expect(storage.body["error"] == "Other tests are under way. Try again in a moment.")
        backend.providers.probeLimit.leave()
        for _ in 1...2 {
            #expect(try await backend.send(.post, "/api/webhooks/test", body).body["success"] == true)
        }
    }

    @Test func `nobody who is not this machine may test`() async throws {
        let answer = try await backend().send(
            .post, "/api/webhooks/test", #"{"webhook_url":"https://out.example/"}"#, headers: ["X-Real-IP": "9.9.9.9"])
        #expect(answer.status == 401)
    }
}
