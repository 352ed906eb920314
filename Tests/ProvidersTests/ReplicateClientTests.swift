import JSON
import Jobs
import Providers
import Synchronization
import Testing

@Suite struct ReplicateClientTests {
    /// Answers every call alike and remembers the last one.
    private final class Script: Sendable {
        let last = Mutex<OutboundCall?>(nil)
        let answer: Result<OutboundAnswer, OutboundFailure>

        init(_ status: Int, _ body: String) {
            answer = .success(OutboundAnswer(status: status, body: Array(body.utf8)))
        }
        init(_ failure: OutboundFailure) { answer = .failure(failure) }

        var client: ReplicateClient {
            let outbound = Outbound { [self] call, _ throws(OutboundFailure) in
                last.withLock { $0 = call }
                return try answer.get()
            }
            let access = ReplicateAccess(baseURL: "http://stand-in/v1/", token: "r8_x", timeout: .seconds(1))
            return ReplicateClient(outbound: outbound, access: access)
        }

        func body() throws -> JSONValue { try JSONValue(parsing: last.withLock { $0?.body ?? [] }) }
        var url: String? { last.withLock { $0?.url } }
    }

    private let order = PredictionOrder(
        version: "o/m:1", config: ["--a": .number("1e-4")], dataloader: [["id": "d"]], lycoris: nil, hubModelID: nil,
        webhookURL: "https://us/api/webhooks/replicate?job=j1")

    @Test func `a prediction is ordered with its documents inside strings`() async throws {
        let script = Script(201, #"{"id":"p1","status":"starting"}"#)
        let prediction = try await script.client.createPrediction(order)
        #expect(prediction.id == "p1")
        #expect(prediction.update.status == .queued)
        #expect(script.url == "http://stand-in/v1/predictions")
        let body = try script.body()
        #expect(body["version"] == "o/m:1")
        #expect(body["input"]?["config_json"] == #"{"--a":1e-4}"#)
        #expect(body["input"]?["dataloader_json"] == #"[{"id":"d"}]"#)
        #expect(
            body["input"]?["webhook_config"]
                == #"[{"events":["all"],"url":"https://us/api/webhooks/replicate?job=j1"}]"#)
        #expect(body["webhook"] == "https://us/api/webhooks/replicate?job=j1")
        #expect(body["webhook_events_filter"] == ["start", "completed"])
        let headers = script.last.withLock { $0?.headers ?? [] }
        #expect(headers.contains(.init("Authorization", "Bearer r8_x")))
    }

    @Test(
        arguments: [
            (422, "bad input", ProviderError.refused(status: 422, detail: "bad input")),
            (401, "", .refused(status: 401, detail: "HTTP 401")),
            (302, "", .refused(status: 302, detail: "HTTP 302")),
            (500, "x", .unclear(reason: "it answered 500")),
            (200, "<html>", .unclear(reason: "the answer has an unknown form")),
            (200, "{}", .unclear(reason: "the answer has an unknown form")),
        ] as [(Int, String, ProviderError)])
    func `an answer that may have had an effect is told from one that had none`(
        status: Int, body: String, error: ProviderError
    ) async {
        await #expect(throws: error) { try await Script(status, body).client.createPrediction(order) }
    }

    @Test func `a request that was not sent is told from one whose answer was lost`() async {
        await #expect(throws: ProviderError.unreachable(reason: "refused")) {
            try await Script(.notSent("refused")).client.createPrediction(order)
        }
        await #expect(throws: ProviderError.unclear(reason: "late")) {
            try await Script(.unclear("late")).client.createPrediction(order)
        }
    }

    @Test func `a prediction that is gone counts as stopped`() async throws {
        #expect(try await Script(404, "{}").client.cancelPrediction("p1") == nil)
        let script = Script(200, #"{"id":"p1","status":"canceled"}"#)
        #expect(try await script.client.cancelPrediction("p1")?.update.status == .cancelled)
        #expect(script.url == "http://stand-in/v1/predictions/p1/cancel")
    }

    @Test func `a lost prediction is found by the job in its addresses`() async throws {
        let script = Script(
            200,
            #"""
            {"results":[{"id":"a","status":"starting","webhook":"https://us/x?job=j1"},
             {"id":"b","status":"starting","input":{"webhook_config":"[{\"url\":\"https://us/x?job=j2\"}]"}},
             {"id":"c","status":"starting","input":{}},{"nonsense":1}]}
            """#)
        let found = try await script.client.predictions().predictions
        #expect(found.map(\.id) == ["a", "b", "c"])
        #expect(found.filter { $0.isFor(jobID: "j1") }.map(\.id) == ["a"])
        #expect(found.filter { $0.isFor(jobID: "j2") }.map(\.id) == ["b"])
    }

    @Test(arguments: [
        "http://stand-in/v1/predictions?cursor=x", "HTTP://Stand-In:80/v1/predictions?cursor=x",
    ])
    func `a list is followed to its next page`(next: String) async throws {
        let script = Script(200, #"{"results":[{"created_at":"2026-01-01T00:00:00Z","id":"a"}],"next":"\#(next)"}"#)
        let first = try await script.client.predictions()
        #expect(!first.isLast)
        #expect(first.predictions.first?.createdAt == Timestamp(iso8601: "2026-01-01T00:00:00Z"))
        _ = try await script.client.predictions(after: first)
        #expect(script.url == next)
    }

    @Test(arguments: [
        "http://elsewhere/v1/predictions", "https://stand-in/v1/predictions", "http://stand-in:81/v1/predictions",
        "http://stand-in@elsewhere/v1", "/v1/predictions?cursor=x", "",
    ])
    func `the token goes to no other origin than the provider's`(next: String) async throws {
        let script = Script(200, #"{"results":[],"next":"\#(next)"}"#)
        let first = try await script.client.predictions()
        let asked = script.url
        await #expect(throws: ProviderError.unclear(reason: "its list goes on at another address")) {
            try await script.client.predictions(after: first)
        }
        #expect(script.url == asked)
    }

    @Test func `a page says whether all of it could be read, and an entry whether it tells its input`() async throws {
        let legible = try await Script(
            200, #"{"results":[{"id":"a","input":{}},{"id":"b","input":{"x":1}}],"next":null}"#
        )
        .client.predictions()
        #expect(legible.isLegible)
        #expect(legible.isLast)
        #expect(legible.predictions.map(\.tellsItsInput) == [false, true])
        #expect(try await Script(200, #"{"results":[{"nonsense":1}]}"#).client.predictions().isLegible == false)
    }

    @Test func `account, version and secret are read`() async throws {
        #expect(try await Script(200, #"{"username":"me"}"#).client.account().username == "me")
        #expect(
            try await Script(200, #"{"results":[{"id":"9f"},{"id":"8e"}]}"#).client.latestVersion(of: "o/m") == "o/m:9f"
        )
        #expect(try await Script(200, #"{"key":"whsec_x"}"#).client.webhookSecret() == "whsec_x")
    }
}
