import Accounts
import AuditTrail
import HTTPTypes
import Hummingbird
import Storage

/// Finds out who asks, from what the request shows; what they may is asked by each route.
struct Authentication: RouterMiddleware {
    typealias Context = BackendContext

    let desk: AccountDesk
    let audit: AuditDesk
    let pages: PageOrigin
    /// Origins whose pages may act for who looks at them.
    let allowedOrigins: Set<String>

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        let credential = Credential(
            apiKey: request.headers[.apiKey], authorization: request.headers[.authorization],
            cookies: request.headers[values: .cookie])
        try await identify(credential, request, &context)
        do {
            return try await next(request, context)
        } catch let refusal as Refusal where refusal.code == Refusal.permissionDenied {
            await note(refusal, request, context)
            throw refusal
        }
    }

    private func identify(_ credential: Credential?, _ request: Request, _ context: inout Context) async throws {
        // A process of this user's could read the database itself; so whoever lost a password gets in here.
        if credential == nil, context.origin == .socket {
            context.caller = .localAdmin
            return
        }
        let found = try await desk.signIn(credential)
        // SameSite keeps most of them away; older browsers, and pages of a sister domain, are stopped here.
        if case .session = found, !Self.isSafe(request.method), pages.isForeign(request, allowing: allowedOrigins) {
            throw Refusal(
                .forbidden, code: "cross_origin_request",
                "A page of another origin may not do this in your name. Its origin can be added to ALLOWED_ORIGINS.")
        }
        let (origin, caller) = (context.origin, desk.caller(found, from: context.origin))
        context.caller = caller
        if case .session(let id) = credential, caller != nil { context.session = Credential.hash(id) }
        context.isStillGood = { [desk] in
            // A database that is away for a moment ends nobody.
            guard let found = try? await desk.signIn(credential) else { return true }
            return desk.caller(found, from: origin) == caller
        }
        if case .key(_, let key) = found, await desk.noteUse(of: key) {
            await audit.record(.apiKeyUsed, on: "api_key", key.prefix, ["name": key.name], by: request, context)
        }
    }

    /// Methods that change nothing (RFC 9110, section 9.2.1).
    private static func isSafe(_ method: HTTPRequest.Method) -> Bool {
        [.get, .head, .options, .trace].contains(method)
    }

    private func note(_ refusal: Refusal, _ request: Request, _ context: Context) async {
        var event = audit.event(.permissionDenied)
        event.take(from: request, context)
        (event.targetType, event.target) = ("endpoint", event.endpoint)
        event.details["reason"] = refusal.sentence
        await audit.recordRefusal(event, about: context.caller?.userID, of: context)
    }
}

/// Lets through who is signed in; what they may is asked by each route behind.
struct SignedIn: RouterMiddleware {
    typealias Context = BackendContext

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        _ = try context.signedIn()
        return try await next(request, context)
    }
}

/// Keeps answers about people out of every store on the way (RFC 9111, section 5.2.2.5).
struct NotStored: RouterMiddleware {
    typealias Context = BackendContext

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.cacheControl] = "no-store"
        return response
    }
}
