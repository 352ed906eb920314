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
        } catch let refusal as Refusal where refusal.code == Refusal.permissionDenied && context.caller != nil {
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
        switch try await desk.signIn(credential) {
        case .nobody: break
        case .noAccounts:
            switch context.origin {
            case .socket, .machine: context.caller = .localAdmin
            case .network: context.caller = desk.admitsAnybody ? .localAdmin : nil
            case .elsewhere: break
            }
        case .session(let account):
            // SameSite keeps most of them away; older browsers, and pages of a sister domain, are stopped here.
            guard Self.isSafe(request.method) || !pages.isForeign(request, allowing: allowedOrigins) else {
                throw Refusal(
                    .forbidden, code: "cross_origin_request",
                    "A page of another origin may not do this in your name. Its origin can be added to ALLOWED_ORIGINS."
                )
            }
            context.caller = Caller(account)
            if case .session(let id) = credential { context.session = Credential.hash(id) }
        case .key(let account, let key):
            context.caller = Caller(account, scope: key.scopes.map { PermissionSet(named: $0) })
            if try await desk.noteUse(of: key) {
                await audit.record(
                    .apiKeyUsed, on: "api_key", key.prefix, ["name": key.name], by: request, context)
            }
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
        await audit.recordRefusal(event, of: context)
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
