import Crypto
import Foundation
import HTTPTypes
import JSON
import Jobs
import NetworkAddress
import Providers
import Synchronization
import Testing
import Webhooks

@testable import BackendServer
@testable import Storage

@Suite struct SubscriptionTests {
    private static let secret = "a secret that nobody knows"

    /// An address outside that keeps what it gets.
    private final class Listener: Sendable {
        let calls = Mutex<[OutboundCall]>([])
        let status = Mutex(200)

        var events: [String?] {
            calls.withLock { $0.map { call in call.headers.first { $0.name == "X-SimpleTuner-Event" }?.value } }
        }
    }

    private let backend: Backend
    private let listener = Listener()

    init() throws {
        backend = try Backend([:], addresses: ["out.example": [IPAddress("34.1.2.3")].compactMap(\.self)])
        let listener = listener
        backend.replicate.elsewhere.withLock {
            $0 = { call in
                listener.calls.withLock { $0.append(call) }
                return .success(OutboundAnswer(status: listener.status.withLock { $0 }, body: Array("inside".utf8)))
            }
        }
    }

    /// The messages' own times are the database's.
    private func runner(in seconds: Int64 = 0) -> DeliveryRunner {
        let desk = SubscriptionDesk(
            database: backend.database, providers: backend.providers, seal: backend.subscriptions.seal,
            clock: { Timestamp.now().adding(seconds: seconds + 1) })
        return DeliveryRunner(desk: desk, logger: Backend.silence)
    }

    private func subscribe(_ more: String = "") async throws -> Int {
        let answer = try await backend.send(
            .post, "/api/webhooks", #"{"name":"chat","url":"https://out.example/hook"\#(more)}"#)
        #expect(answer.status == 201, "\(answer.text)")
        return try #require(answer.body["id"]?.integer)
    }

    @Test func `an address is added, changed and removed, and its secret is not told`() async throws {
        let id = try await subscribe(#","events":["job.failed"],"secret":"\#(Self.secret)""#)
        let list = try await backend.send(.get, "/api/webhooks")
        #expect(!list.text.contains(Self.secret))
        let one = try #require(list.body["webhooks"]?.elements?.first)
        #expect(
            one.members?.keys.sorted() == [
                "created_at", "enabled", "events", "has_secret", "id", "last_triggered", "name", "url",
            ])
        #expect(one["has_secret"] == true && one["events"] == ["job.failed"])
        let changed = try await backend.send(.patch, "/api/webhooks/\(id)", #"{"enabled":false,"secret":""}"#).body
        #expect(changed["enabled"] == false && changed["has_secret"] == false && changed["name"] == "chat")
        #expect(try await backend.send(.get, "/api/webhooks/\(id)").body == changed)
        #expect(try await backend.send(.delete, "/api/webhooks/\(id)").body == ["success": true])
        for method in [HTTPRequest.Method.get, .patch, .delete] {
            #expect(try await backend.send(method, "/api/webhooks/\(id)", "{}").status == 404)
        }
    }

    @Test(arguments: [
        #"{"name":"x"}"#, #"{"url":"https://out.example"}"#, #"{"name":"","url":"https://out.example"}"#,
        #"{"name":"x","url":"ftp://out.example"}"#, #"{"name":"x","url":"http://169.254.169.254/latest"}"#,
        #"{"name":"x","url":"http://localhost:8001/"}"#, #"{"name":"x","url":"https://user:pw@out.example"}"#,
        #"{"name":"x","url":"https://out.example","events":["job.flies"]}"#,
        #"{"name":"x","url":"https://out.example","event":["job.failed"]}"#,
    ])
    func `what cannot be told anything is refused with the reason`(body: String) async throws {
        let answer = try await backend.send(.post, "/api/webhooks", body)
        #expect(answer.status == 422 && answer.body["detail"]?.text?.isEmpty == false, "\(answer.text)")
    }

    @Test func `weakness 78: each move of a job is told to those who want it, signed`() async throws {
        _ = try await subscribe(#","secret":"\#(Self.secret)""#)
        _ = try await subscribe(#","events":["job.failed"]"#)
        let id = try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
        let prediction = try #require(try await backend.database.job(id)?.externalID)
        _ = try await backend.webhook(#"{"id":"\#(prediction)","status":"processing"}"#, id: "m1")
        _ = try await backend.webhook(#"{"id":"\#(prediction)","status":"succeeded"}"#, id: "m2")
        _ = try await backend.webhook(#"{"id":"\#(prediction)","status":"succeeded"}"#, id: "m2")
        await runner().round()
        #expect(listener.events == ["job.submitted", "job.started", "job.completed"])
        let last = try #require(listener.calls.withLock { $0.last })
        let body = try JSONValue(parsing: try #require(last.body))
        #expect(body["job_id"] == .string(id) && body["job"]?["status"] == "completed")
        #expect(!String(decoding: try #require(last.body), as: UTF8.self).contains("token"))
        let code = HMAC<SHA256>.authenticationCode(
            for: Data(try #require(last.body)), using: SymmetricKey(data: Data(Self.secret.utf8)))
        let hex = Data(code).map { String(format: "%02x", $0) }.joined()
        #expect(last.headers.first { $0.name == "X-SimpleTuner-Signature" }?.value == "sha256=" + hex)
        // Nothing twice.
        await runner().round()
        #expect(listener.events.count == 3)
        let history = try await backend.send(.get, "/api/webhooks/history").body["deliveries"]?.elements ?? []
        #expect(history.count == 3 && history.allSatisfy { $0["success"] == true && $0["response_status"] == 200 })
        #expect(try await backend.send(.get, "/api/webhooks/2/history").body["deliveries"] == [])
    }

    @Test func `an address that fails is tried again, later each time, and given up in the end`() async throws {
        _ = try await subscribe(#","events":["job.submitted"]"#)
        listener.status.withLock { $0 = 500 }
        _ = try await backend.submit(#"{"config":{"a":1}}"#)
        for seconds in [0, 3, 6, 30, 60, 200, 900, 5000, 20_000, 100_000] as [Int64] {
            await runner(in: seconds).round()
        }
        #expect(listener.events.count == 6)
        let history = try await backend.send(.get, "/api/webhooks/1/history").body["deliveries"]?.elements?.first
        #expect(history?["success"] == false && history?["attempts"] == 6 && history?["state"] == "failed")
        #expect(history?["error"] == "It answered HTTP 500")
    }

    @Test func `an address that works again gets its message once`() async throws {
        _ = try await subscribe(#","events":["job.submitted"]"#)
        listener.status.withLock { $0 = 503 }
        _ = try await backend.submit(#"{"config":{"a":1}}"#)
        await runner().round()
        listener.status.withLock { $0 = 204 }
        await runner(in: 3).round()
        #expect(listener.events.count == 1)
        await runner(in: 10).round()
        await runner(in: 10_000).round()
        #expect(listener.events.count == 2)
    }

    @Test func `an address that leads inside by now is not called`() async throws {
        _ = try await subscribe()
        let inside = Subscription(
            id: 1, name: "chat", url: "http://127.0.0.1:8001/", createdAt: backend.now)
        _ = try await backend.database.putSubscription(inside)
        _ = try await backend.submit(#"{"config":{"a":1}}"#)
        await runner().round()
        #expect(listener.events.isEmpty)
        let history = try await backend.send(.get, "/api/webhooks/history").body["deliveries"]?.elements?.first
        #expect(history?["success"] == false && history?["response_status"] == .null)
    }

    @Test func `a test tells what became of it, and not what was answered`() async throws {
        let id = try await subscribe()
        listener.status.withLock { $0 = 418 }
        let answer = try await backend.send(.post, "/api/webhooks/\(id)/test", #"{"event_type":"test"}"#).body
        #expect(answer["success"] == false && answer["response_status"] == 418)
        #expect(answer["error"] == "It answered HTTP 418")
        listener.status.withLock { $0 = 200 }
        #expect(try await backend.send(.post, "/api/webhooks/\(id)/test").body["success"] == true)
        #expect(try await backend.send(.post, "/api/webhooks/\(id)/test", #"{"event_type":"x"}"#).status == 422)
        #expect(listener.events == ["test", "test"])
        let history = try await backend.send(.get, "/api/webhooks/\(id)/history?limit=1").body["deliveries"]
        #expect(history?.elements?.count == 1)
        #expect(
            try await backend.send(.get, "/api/webhooks").body["webhooks"]?.elements?.first?["last_triggered"] != .null)
    }

    @Test func `the secret is in no file of the database`() async throws {
        _ = try await subscribe(#","secret":"\#(Self.secret)""#)
        for suffix in ["", "-wal"] {
            let path = try #require(
                FileManager.default.enumerator(atPath: backend.folder.path)?.compactMap { $0 as? String }.first {
                    $0.hasSuffix("jobs.db\(suffix)")
                })
            let bytes = try Data(contentsOf: URL(filePath: backend.folder.path + "/" + path))
            #expect(!bytes.isEmpty && bytes.range(of: Data(Self.secret.utf8)) == nil)
        }
        let seal = backend.subscriptions.seal
        #expect(SecretSeal(masterKey: Array(repeating: 8, count: 32)).open(try seal.seal("x")) == nil)
        #expect(seal.open(try seal.seal("x")) == "x")
    }

    @Test func `only an administrator says who is told`() async throws {
        let people = try await SignedInBackend()
        let ann = try await people.member("ann", "lead")
        for path in ["", "/events", "/history", "/1", "/1/history"] {
            #expect(try await people.send(.get, "/api/webhooks" + path).status == 401)
            #expect(try await people.send(.get, "/api/webhooks" + path, as: ann).status == 403)
        }
        let body = #"{"name":"x","url":"https://out.example"}"#
        #expect(try await people.send(.post, "/api/webhooks", body, as: ann).status == 403)
    }
}
