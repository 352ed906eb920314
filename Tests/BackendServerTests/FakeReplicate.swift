import JSON
import Jobs
import Providers
import Synchronization

/// Answers like Replicate, from memory, and can be told to fail.
final class FakeReplicate: Sendable {
    enum Behaviour: Sendable {
        case works
        case refuses
        /// Makes the prediction, and loses the answer.
        case losesAnswer
        /// Loses the request.
        case losesRequest
        case isAway
    }

    private struct State {
        var behaviour = Behaviour.works
        var predictions: [String: [String: JSONValue]] = [:]
        var order: [String] = []
        var calls: [String] = []
        var secret = FakeReplicate.secret
        /// When predictions are made: at first `Backend.now`.
        var birth: JSONValue = "2023-11-14T22:13:20.000Z"
        /// How many predictions are told at once.
        var pageSize = 100
        /// Pages behind the first are not told.
        var losesPages = false
    }

    private let state = Mutex(State())

    /// Answers calls to anybody else.
    let elsewhere = Mutex<(@Sendable (OutboundCall) -> Result<OutboundAnswer, OutboundFailure>)?>(nil)
    /// The ways that calls took.
    let ways = Mutex<[OutboundSettings]>([])

    var factory: OutboundFactory {
        OutboundFactory { [self] settings in
            Outbound { [self] call, limit throws(OutboundFailure) in
                ways.withLock { $0.append(settings) }
                return try await outbound.send(call, limit)
            }
        }
    }

    /// What stands between the caller and the answers.
    let outage = Mutex<ProviderOutage?>(nil)
    /// What happens before anything is answered.
    let beforeArriving = Mutex<(@Sendable () async -> Void)?>(nil)
    /// What happens between the making of a prediction and the answer that tells of it.
    let beforeAnswering = Mutex<(@Sendable () async -> Void)?>(nil)

    var outbound: Outbound {
        Outbound { [self] call, limit throws(OutboundFailure) in
            await beforeArriving.withLock { $0 }?()
            let result = try disturbed(call, limit)
            if call.method == .post, call.url.hasSuffix("/predictions") { await beforeAnswering.withLock { $0 }?() }
            return result
        }
    }

    var calls: [String] { state.withLock { $0.calls } }

    func behave(_ behaviour: Behaviour) { state.withLock { $0.behaviour = behaviour } }

    func tell(atOnce pageSize: Int, losingPages losesPages: Bool = false) {
        state.withLock { ($0.pageSize, $0.losesPages) = (pageSize, losesPages) }
    }

    /// Says what time it is.
    func date(_ time: Timestamp) { state.withLock { $0.birth = .string(time.description) } }

    func rotate(to secret: String) { state.withLock { $0.secret = secret } }

    func predictions() -> [[String: JSONValue]] {
        state.withLock { state in state.order.compactMap { state.predictions[$0] } }
    }

    func set(_ id: String, _ members: [String: JSONValue]) {
        state.withLock { $0.predictions[id]?.merge(members) { _, new in new } }
    }

    func forget(_ id: String) { state.withLock { $0.predictions[id] = nil } }

    /// A prediction that somebody else made.
    func add(_ id: String, _ members: [String: JSONValue]) {
        state.withLock { state in
            state.predictions[id] = ["created_at": state.birth].merging(members) { $1 }
                .merging(["id": .string(id)]) { $1 }
            state.order.append(id)
        }
    }

    /// The answer, or what an outage leaves of it.
    private func disturbed(_ call: OutboundCall, _ limit: Duration) throws(OutboundFailure) -> OutboundAnswer {
        guard let outage = outage.withLock({ $0 }) else { return try answer(call) }
        return try outage.send(call, within: limit) { () throws(OutboundFailure) in try answer(call) }
    }

    private func answer(_ call: OutboundCall) throws(OutboundFailure) -> OutboundAnswer {
        if !call.url.hasPrefix("http://stand-in") {
            guard let other = elsewhere.withLock({ $0 }) else { throw .notSent("there is nobody else") }
            return try other(call).get()
        }
        let path = String(call.url.dropFirst("http://stand-in".count))
        return try state.withLock { (state) throws(OutboundFailure) in
            state.calls.append("\(call.method.rawValue) \(path)")
            if case .isAway = state.behaviour { throw .notSent("the connection was refused") }
            switch (call.method, path) {
            case (.get, "/account"): return Self.ok(["username": "me"])
            case (.get, "/webhooks/default/secret"): return Self.ok(["key": .string(state.secret)])
            case (.get, let path) where path == "/predictions" || path.hasPrefix("/predictions?"):
                return try Self.page(path, state)
            case (.post, "/predictions"): return try Self.create(call, &state)
            case (_, let path) where path.hasPrefix("/models/"): return Self.ok(["results": [["id": "abc"]]])
            case (_, let path): return Self.one(path, &state)
            }
        }
    }

    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private static func page(_ path: String, _ state: State) throws(OutboundFailure) -> OutboundAnswer {
        let start = path.split(separator: "=").last.flatMap { Int($0) } ?? 0
        if start > 0, state.losesPages { throw .unclear("the connection broke") }
        let newest = state.order.reversed().compactMap { state.predictions[$0] }.dropFirst(start)
        var members: [String: JSONValue] = ["results": .array(newest.prefix(state.pageSize).map { .object($0) })]
        if newest.count > state.pageSize {
            members["next"] = .string("http://stand-in/predictions?cursor=\(start + state.pageSize)")
        }
        return ok(.object(members))
    }

    private static func create(
        _ call: OutboundCall, _ state: inout State
    ) throws(OutboundFailure) -> OutboundAnswer {
        switch state.behaviour {
        case .refuses: return OutboundAnswer(status: 422, body: Array(#"{"detail": "bad input"}"#.utf8))
        case .losesRequest: throw .unclear("the connection broke")
        case .works, .losesAnswer, .isAway: break
        }
        let id = "p\(state.order.count + 1)"
        var prediction = (try? JSONValue(parsing: call.body ?? []))?.members ?? [:]
        prediction["id"] = .string(id)
        prediction["status"] = "starting"
        prediction["created_at"] = state.birth
        state.predictions[id] = prediction
        state.order.append(id)
        if case .losesAnswer = state.behaviour { throw .unclear("the connection broke") }
        return ok(.object(prediction), status: 201)
    }

    private static func one(_ path: String, _ state: inout State) -> OutboundAnswer {
        let parts = path.split(separator: "/")
        let id = parts.count > 1 ? String(parts[1]) : ""
        guard state.predictions[id] != nil else { return OutboundAnswer(status: 404, body: []) }
        let isOver = ["succeeded", "failed", "canceled"].contains(state.predictions[id]?["status"]?.text)
        if parts.last == "cancel", !isOver { state.predictions[id]?["status"] = "canceled" }
        return ok(.object(state.predictions[id] ?? [:]))
    }

    private static func ok(_ document: JSONValue, status: Int = 200) -> OutboundAnswer {
        OutboundAnswer(status: status, body: Array(document.jsonText.utf8))
    }
}
