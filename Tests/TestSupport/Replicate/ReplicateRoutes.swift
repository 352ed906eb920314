internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// The part of the platform's HTTP API that a training service uses.
struct ReplicateRoutes: Sendable {
    typealias Router = Hummingbird.Router<ReplicateContext>

    let ledger: ReplicateLedger
    let token: String
    let webhookSecret: String

    func router() -> Router {
        let router = Router(context: ReplicateContext.self)
        let root = router.group("v1")
        root.post("predictions") { request, context in
            try await answer(.createPrediction, request, context) { try await create(request, context) }
        }
        root.get("predictions") { request, context in
            try await answer(.listPredictions, request, context) {
                (.ok, page(ledger.predictions.reversed().map(\.json)))
            }
        }
        root.get("predictions/:id") { request, context in
            let id = try context.parameters.require("id")
            return try await answer(.getPrediction, request, context) { found(ledger.prediction(id)) }
        }
        root.post("predictions/:id/cancel") { request, context in
            let id = try context.parameters.require("id")
            return try await answer(.cancelPrediction, request, context) { found(ledger.advance(id, to: .canceled)) }
        }
        root.get("account") { request, context in
            try await answer(.account, request, context) {
                (
                    .ok,
                    [
                        "type": "user", "username": "stand-in", "name": "Stand-in",
                        "github_url": "https://github.com/stand-in",
                    ]
                )
            }
        }
        root.get("models/:owner/:name/versions") { request, context in
            try await answer(.versions, request, context) {
                (.ok, page([["id": .string(Self.versionID), "created_at": "2026-01-01T00:00:00.000000Z"]]))
            }
        }
        root.get("webhooks/default/secret") { request, context in
            try await answer(.webhookSecret, request, context) { (.ok, ["key": .string(webhookSecret)]) }
        }
        return router
    }

    static let versionID = "5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa"

    private typealias Reply = (HTTPResponse.Status, JSON)

    /// Checks the token, lets a planned fault happen, and answers.
    private func answer(
        _ call: ReplicateCall, _ request: Request, _ context: ReplicateContext, _ reply: () async throws -> Reply
    ) async throws -> Response {
        let fault = ledger.arrived(call)
        guard request.headers[.authorization] == "Bearer \(token)" else {
            return try Self.response(
                .unauthorized, ["title": "Unauthenticated", "detail": "You did not pass a valid authentication token"])
        }
        if case .status(let code) = fault {
            return try Self.response(.init(code: code), ["detail": "The stand-in was told to fail."])
        }
        if case .delay(let duration) = fault { try await Task.sleep(for: duration) }
        let (status, json) = try await reply()
        if case .lostAnswer = fault { try await context.cutLine() }
        return try Self.response(status, json)
    }

    private func create(_ request: Request, _ context: ReplicateContext) async throws -> Reply {
        let body = try JSON(try await request.body.collect(upTo: 1024 * 1024).readableBytesView)
        guard let version = body["version"].string, case .object = body["input"] else {
            return (.unprocessableContent, ["detail": "- version is required\n- input is required\n"])
        }
        let parts = version.split(separator: ":", maxSplits: 1).map(String.init)
        let prediction = Prediction(
            id: Self.newID(),
            model: parts.count == 2 ? parts[0] : "",
            version: parts.last ?? "",
            input: body["input"],
            webhook: body["webhook"].string,
            webhookEventsFilter: body["webhook_events_filter"].elements.compactMap(\.string),
            createdAt: Date()
        )
        ledger.add(prediction)
        return (.created, prediction.json)
    }

    private func found(_ prediction: Prediction?) -> Reply {
        guard let prediction else { return (.notFound, ["detail": "The requested resource could not be found."]) }
        return (.ok, prediction.json)
    }

    private func page(_ results: [JSON]) -> JSON {
        ["previous": .null, "next": .null, "results": .array(results)]
    }

    /// 26 characters of the alphabet that the platform uses.
    private static func newID() -> String {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
        return String((0..<26).compactMap { _ in alphabet.randomElement() })
    }

    private static func response(_ status: HTTPResponse.Status, _ json: JSON) throws -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: try json.bytes))
        )
    }
}
