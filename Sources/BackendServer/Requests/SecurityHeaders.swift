import HTTPTypes
import Hummingbird

/// Tells browsers not to make more of an answer than it is.
///
/// The gateway puts the same on answers of its own. Pages of ours need no script but their own, so nobody else's runs.
struct SecurityHeaders: RouterMiddleware {
    typealias Context = BackendContext

    private static let fields: HTTPFields = [
        .xContentTypeOptions: "nosniff",
        .frameOptions: "DENY",
        .xssProtection: "1; mode=block",
        .referrerPolicy: "strict-origin-when-cross-origin",
        .permissionsPolicy: "geolocation=(), microphone=(), camera=()",
        .contentSecurityPolicy: "default-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'",
    ]

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        for field in Self.fields where !response.headers.contains(field.name) { response.headers.append(field) }
        return response
    }
}
