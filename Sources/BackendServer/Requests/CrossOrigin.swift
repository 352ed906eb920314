import HTTPTypes
import Hummingbird

/// Lets pages of some other origins use the API (CORS: Fetch standard, section 3.2).
///
/// A page that may, may do so in the name of who looks at it, so there is no `*` for all pages.
struct CrossOrigin: RouterMiddleware {
    typealias Context = BackendContext

    /// More than any page asks for.
    private static let headersBytesMax = 1024

    /// Scheme, host and port of each, in small letters.
    let allowed: Set<String>

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin], origin.utf8.count <= Self.headersBytesMax else {
            return try await next(request, context)
        }
        let isAllowed = allows(origin)
        let isPreflight = request.method == .options && request.headers[.accessControlRequestMethod] != nil
        var response = isPreflight ? preflight(request, isAllowed: isAllowed) : try await next(request, context)
        response.headers.append(HTTPField(name: .vary, value: "Origin"))
        guard isAllowed else { return response }
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlAllowCredentials] = "true"
        return response
    }

    func allows(_ origin: String) -> Bool { allowed.contains(origin.lowercased()) }

    private func preflight(_ request: Request, isAllowed: Bool) -> Response {
        let plain: HTTPFields = [.contentType: "text/plain; charset=utf-8"]
        guard isAllowed else {
            return Response(
                status: .badRequest, headers: plain,
                body: ResponseBody(byteBuffer: .init(string: "Disallowed CORS origin")))
        }
        var headers = plain
        headers[.accessControlAllowMethods] = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
        headers[.accessControlMaxAge] = "3600"
        if let wanted = request.headers[.accessControlRequestHeaders], wanted.utf8.count <= Self.headersBytesMax {
            headers[.accessControlAllowHeaders] = wanted
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: .init(string: "OK")))
    }
}
