import Accounts
import HTTPTypes
import Hummingbird
import NetworkAddress

/// The streams that a page keeps open.
struct EventRoutes: Sendable {
    let hub: EventHub

    func add(to router: some RouterMethods<BackendContext>) {
        router.get("/api/events", use: listen)
        // The path that the guide names.
        router.get("/api/events/stream", use: listen)
    }

    @Sendable private func listen(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.require(.jobViewOwn)
        let after = request.headers[.lastEventID].flatMap { Int($0) }
        guard let stream = hub.join(caller, client: context.clientKey, after: after) else { return .tooManyStreams }
        return Response(eventStreamFor: request, of: context, onGone: { stream.close() }) { _, writer in
            try await stream.forward(to: writer)
        }
    }
}
