import Accounts
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
            context.isLocalAdmin = true
        } else if values.count == 1, let address = IPAddress(values[0]) {
            context.clientAddress = address
            context.isLocalAdmin = address.isLoopback && pages.isOwn(request)
        }
        context.caller = context.isLocalAdmin ? .localAdmin : nil
        return try await next(request, context)
    }
}

/// Lets through what comes from this machine, until there are accounts.
struct LocalAdminOnly: RouterMiddleware {
    typealias Context = BackendContext

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard context.isLocalAdmin else {
            throw Refusal(
                .unauthorized, "Authentication required: this is only answered to the machine itself.",
                headers: [.wwwAuthenticate: "Bearer"])
        }
        return try await next(request, context)
    }
}
