import Accounts
import AuditTrail
import HTTPTypes
import Hummingbird
import JSON
import NetworkAddress
import Storage

/// The routes under `/api/auth`: signing in and out, and the first account.
struct AuthRoutes: Sendable {
    private static let bodyMax = 16 * 1024

    let desk: AccountDesk
    let audit: AuditDesk
    let pages: PageOrigin
    let allowedOrigins: Set<String>

    func add(to group: RouterGroup<BackendContext>) {
        group.post("login", use: login)
        group.post("register", use: register)
        group.post("logout", use: logout)
        group.get("setup/status", use: setupStatus)
        group.post("setup/first-admin", use: firstAdmin)
        group.get("check", use: check)
        group.get("me", use: me)
        group.post("change-password", use: changePassword)
    }

    @Sendable private func login(_ request: Request, context: BackendContext) async throws -> Response {
        let members = try await members(request, context)
        let (name, password) = (try members.required("username"), try members.required("password"))
        guard password.utf8.count <= AccountFields.passwordBytes.upperBound,
            name.utf8.count <= AccountFields.emailBytesMax
        else { throw Refusal(.unauthorized, "Invalid username or password") }
        do {
            let session = try await desk.login(
                name, password, isLong: try members.flag("remember_me") ?? false,
                client: context.clientAddress?.description)
            await record(.loginSucceeded, session.account, by: request, context)
            return answer(session, "Login successful", to: request)
        } catch let refusal as Refusal where refusal.status == .unauthorized || refusal.status == .tooManyRequests {
            let account = try await desk.database.account(named: name)?.account
            await audit.record(
                loginRefused: refusal, for: account?.id, named: account?.username, by: request, context)
            throw refusal
        }
    }

    @Sendable private func register(_ request: Request, context: BackendContext) async throws -> Response {
        let session = try await desk.register(
            try NewAccount(try await members(request, context)), client: context.clientAddress?.description)
        await record(.userCreated, session.account, ["by": "registration"], by: request, context)
        return answer(session, "Registration successful", to: request)
    }

    @Sendable private func firstAdmin(_ request: Request, context: BackendContext) async throws -> Response {
        let members = try await members(request, context)
        guard try await desk.database.hasNoAccounts() else { throw Refusal(.notFirst) }
        let isOurs = context.origin == .socket || context.origin == .machine
        let code = try members.text("setup_code") ?? ""
        guard isOurs || desk.setupCode.matches(code) else {
            throw Refusal(
                .forbidden, code: Refusal.permissionDenied,
                "The first administrator is created on the machine itself, or with the member setup_code:"
                    + " the code is in the backend's log.")
        }
        let session = try await desk.makeFirstAdmin(
            try NewAccount(members), client: context.clientAddress?.description)
        await record(.userCreated, session.account, ["by": "setup"], by: request, context)
        return answer(session, "Admin account created successfully", to: request)
    }

    @Sendable private func logout(_ request: Request, context: BackendContext) async throws -> Response {
        guard !pages.isForeign(request, allowing: allowedOrigins) else { throw Self.foreign }
        if let session = context.session, let caller = context.caller {
            try await desk.database.endSession(hash: session)
            await audit.record(.loggedOut, on: "user", String(caller.userID), by: request, context)
        }
        var response = Response(["success": true])
        SessionCookie.clear(on: &response, for: request)
        return response
    }

    @Sendable private func setupStatus(_ request: Request, context: BackendContext) async throws -> Response {
        let (count, hasAdmin) = try await desk.database.accountFigures()
        return Response([
            "needs_setup": .bool(count == 0), "has_admin": .bool(hasAdmin), "user_count": JSONValue(count),
            "registration_enabled": .bool(try await desk.registration().isEnabled),
        ])
    }

    @Sendable private func check(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = context.caller
        return Response([
            "authenticated": .bool(caller != nil), "user_id": caller.map { JSONValue(Int($0.userID)) } ?? .null,
            "username": JSONValue(caller?.username), "is_admin": .bool(caller?.permissions == .everything),
        ])
    }

    @Sendable private func me(_ request: Request, context: BackendContext) async throws -> Response {
        Response(try await desk.account(of: try context.signedIn()).ownDocument)
    }

    @Sendable private func changePassword(_ request: Request, context: BackendContext) async throws -> Response {
        try await PasswordChange(desk: desk, audit: audit).answer(request, context)
    }

    /// The members of a request by which somebody signs in, which no page of another origin may send for them.
    private func members(_ request: Request, _ context: BackendContext) async throws -> RequestMembers {
        guard !pages.isForeign(request, allowing: allowedOrigins) else { throw Self.foreign }
        return RequestMembers(try await request.object(upTo: Self.bodyMax, context))
    }

    private func answer(_ session: AccountDesk.NewSession, _ message: String, to request: Request) -> Response {
        var response = Response([
            "success": true, "user": session.account.ownDocument, "message": .string(message),
        ])
        SessionCookie.set(session, on: &response, for: request)
        return response
    }

    private static let foreign = Refusal(
        .forbidden, code: "cross_origin_request", "A page of another origin may not sign anybody in or out here.")

    /// Writes down what somebody did who was not signed in before.
    private func record(
        _ type: AuditEventType, _ account: Account, _ details: [String: String] = [:], by request: Request,
        _ context: BackendContext
    ) async {
        var context = context
        context.caller = Caller(account)
        await audit.record(type, account, details, by: request, context)
    }
}
