import HTTPTypes
import Hummingbird
import JSON
import Jobs
import Webhooks

/// The routes that providers post to.
///
/// No login: trust comes from the address and the signature, checked in that order and before anything is parsed.
struct WebhookRoutes: Sendable {
    let desk: WebhookDesk

    func add(to router: Router<BackendContext>) {
        router.post("/api/webhooks/:provider", use: receive)
        // The path that SimpleTuner's web page shows.
        router.post("/api/cloud/webhook/:provider", use: receive)
    }

    @Sendable private func receive(_ request: Request, context: BackendContext) async throws -> Response {
        let provider = try ProviderName(path: try context.parameters.require("provider"))
        let configuration = try await desk.providers.configuration(of: provider)
        do {
            return try await receive(request, from: provider, configuration, context)
        } catch let refusal as Refusal where [.unauthorized, .forbidden].contains(refusal.status) {
            await desk.note(refused: request, from: provider, refusal.sentence, context)
            throw refusal
        }
    }

    private func receive(
        _ request: Request, from provider: ProviderName, _ configuration: ProviderConfiguration,
        _ context: BackendContext
    ) async throws -> Response {
        guard desk.admits(context.clientAddress, configuration) else {
            throw Refusal(.forbidden, "IP address not in allowlist")
        }
        let message = WebhookDesk.Message(
            signature: WebhookSignature { name in HTTPField.Name(name).flatMap { request.headers[$0] } },
            token: request.headers[.apiKey],
            body: try await request.bytes(upTo: WebhookDesk.bodyMax, context),
            addressee: request.query("job")
        )
        var response = Response(try await desk.take(message, from: provider, configuration).document)
        // It was checked, if there was one: what nobody signed is anybody's.
        if message.signature != nil { response.headers[.verified] = "signature" }
        return response
    }
}

extension WebhookDesk.Answer {
    var document: JSONValue {
        switch self {
        case .received(let job, let updates):
            ["status": "received", "job_id": .string(job.id), "updates": .object(updates)]
        case .parked(let subject): ["status": "received", "job_id": .string(subject), "updates": [:]]
        case .duplicate: ["status": "duplicate"]
        case .ignored(let reason): ["status": "ignored", "reason": .string(reason)]
        }
    }
}
