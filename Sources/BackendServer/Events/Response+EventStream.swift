import HTTPTypes
import Hummingbird
import JSON
import Synchronization

/// Whether a client is still there.
final class ClientPresence: Sendable {
    private let gone = Atomic(false)

    var isGone: Bool { gone.load(ordering: .relaxed) }

    fileprivate func leave() { gone.store(true, ordering: .relaxed) }
}

/// A request for a stream has no body, so there is nothing to take.
private let bodyMax = 1024
/// Whoever is signed out, switched off or may less hears nothing more after this.
private let checkInterval = Duration.seconds(5)

extension Response {
    /// What a client is told that has too many answers open which go on, or when all have.
    static var tooManyStreams: Response {
        let sentence = "There are too many open event streams. Close one, or try again later."
        var response = Response(
            [
                "error": "too_many_connections", "message": .string(sentence), "detail": .string(sentence),
            ], status: .serviceUnavailable)
        response.headers[.retryAfter] = "15"
        return response
    }

    /// An answer that goes on: server-sent events (WHATWG HTML, section 9.2).
    ///
    /// - Parameters:
    ///   - request: What it answers; its body is not looked at. A client that goes away sends nothing more, and that is how
    ///     it is noticed.
    ///   - context: Knows whether the client may go on; when it may not, it counts as gone.
    ///   - onGone: Called when the client is gone, perhaps before anything was written.
    ///   - produce: Writes the events as they come; its end is the end of the answer.
    init(
        eventStreamFor request: Request, of context: BackendContext, onGone: @escaping @Sendable () -> Void = {},
        _ produce: @escaping @Sendable (_ client: ClientPresence, _ writer: EventWriter) async throws -> Void
    ) {
        let client = ClientPresence()
        self.init(
            status: .ok,
            headers: [
                .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache", .noBuffering: "no",
            ],
            body: ResponseBody { writer in
                let sink = EventWriter(writer)
                // Read to its end first: Hummingbird stops the process when a stream ends before it has seen that.
                var request = request
                _ = try await request.collectBody(upTo: bodyMax)
                try await request.body.consumeWithInboundCloseHandler { _ in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask {
                            while await context.isStillGood() { try await Task.sleep(for: checkInterval) }
                            client.leave()
                            onGone()
                        }
                        try await produce(client, sink)
                        group.cancelAll()
                    }
                } onInboundClosed: {
                    client.leave()
                    onGone()
                }
                try await sink.finish()
            })
    }
}
