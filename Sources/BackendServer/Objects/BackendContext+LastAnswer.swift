import HTTPTypes
import Hummingbird
import NIOCore

extension BackendContext {
    /// How long a client may go on sending a body that nobody wants, before the connection is cut.
    private static var lingering: TimeAmount { .seconds(1) }

    /// An answer after which the connection ends.
    ///
    /// For a refusal whose request still has a body on the way: to read it to its end could take hours, and to take the
    /// next bytes for another request would be wrong. The answer goes out, then our half of the connection closes; what
    /// the client still sends is dropped until it has read the answer, or for a second.
    ///
    /// - Parameter answer: The refusal.
    /// - Returns: The same, with `Connection: close`.
    func lastAnswer(_ answer: Response) -> Response {
        let channel = channel
        let body = answer.body
        var headers = answer.headers
        headers[.connection] = "close"
        return Response(
            status: answer.status,
            headers: headers,
            body: ResponseBody(contentLength: body.contentLength) { writer in
                try await body.write(writer)
                channel.close(mode: .output, promise: nil)
                channel.eventLoop.scheduleTask(in: Self.lingering) { channel.close(promise: nil) }
            }
        )
    }
}
