import HTTPTypes
import Hummingbird
import NetworkAddress

/// Takes from the gateway who the client is.
struct ClientAddress: RouterMiddleware {
    typealias Context = BackendContext

    let pages: PageOrigin

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        let values = request.headers[values: .xRealIP]
        if values.isEmpty {
            // A process that reached the socket itself; its user id was checked when it connected.
            context.origin = .socket
        } else if values.count == 1, let address = IPAddress(values[0]) {
            context.clientAddress = address
            context.origin = !pages.isOwn(request) ? .elsewhere : address.isLoopback ? .machine : .network
        }
        return try await next(request, context)
    }
}
