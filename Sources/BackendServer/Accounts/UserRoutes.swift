import Accounts
import AuditTrail
import HTTPTypes
import Hummingbird
import JSON
import Storage

/// The routes under `/api/users`: oneself, and for administrators everybody.
struct UserRoutes: Sendable {
    private static let bodyMax = 16 * 1024
    private static let levelsMax = 100

    let desk: AccountDesk
    let audit: AuditDesk

    func add(to group: RouterGroup<BackendContext>) {
        group.get("me", use: me)
        group.put("me/password", use: changePassword)
        group.get("meta/permissions", use: permissions)
        group.get(use: list)
        group.post(use: create)
        group.get(":id", use: get)
        group.patch(":id", use: change)
        group.delete(":id", use: delete)
        group.post(":id/activate") { try await setActive(true, $0, $1) }
        group.post(":id/deactivate") { try await setActive(false, $0, $1) }
    }

    /// What whoever asks is told.
    func addOpen(to router: some RouterMethods<BackendContext>) {
        router.get("/api/users/meta/levels", use: levels)
        router.get("/api/users/meta/auth-status", use: status)
    }

    @Sendable private func me(_ request: Request, context: BackendContext) async throws -> Response {
        Response(try await desk.account(of: try context.require(.apiAccess)).document)
    }

    @Sendable private func changePassword(_ request: Request, context: BackendContext) async throws -> Response {
        try await PasswordChange(desk: desk, audit: audit).answer(request, context)
    }

    @Sendable private func levels(_ request: Request, context: BackendContext) async throws -> Response {
        Response(.array(try await desk.database.levels().map(\.document)))
    }

    @Sendable private func permissions(_ request: Request, context: BackendContext) async throws -> Response {
        Response(
            .array(
                Permission.allCases.enumerated().map { index, permission in
                    let name = permission.rawValue
                    return [
                        "id": JSONValue(index + 1), "name": .string(name), "description": .string(name),
                        "category": .string(String(name.prefix { $0 != "." })),
                    ]
                }))
    }

    @Sendable private func status(_ request: Request, context: BackendContext) async throws -> Response {
        let (count, _) = try await desk.database.accountFigures()
        return Response([
            "in_use": .bool(count > 0), "user_count": JSONValue(count), "has_external_providers": false,
        ])
    }

    @Sendable private func list(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminUsers)
        return Response(.array(try await desk.database.accounts().map(\.document)))
    }

    @Sendable private func get(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminUsers)
        guard let account = try await desk.database.account(try context.number("id")) else { throw Refusal(.unknown) }
        return Response(account.document)
    }

    @Sendable private func create(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.require(.adminUsers)
        let members = RequestMembers(try await request.object(upTo: Self.bodyMax, context))
        let wanted = try NewAccount(members, needsPassword: false)
        var account = wanted.account(now: desk.clock())
        account.isAdmin = try members.flag("is_admin") ?? false
        let names = try members.texts("level_names", countMax: Self.levelsMax) ?? [Level.researcher.name]
        account.levels = try await desk.levels(named: names, "level_names")
        try caller.check(mayGive: account.permissions)
        let added = try await desk.add(account, password: wanted.password)
        await audit.record(.userCreated, added, by: request, context)
        return Response(added.document, status: .created)
    }

    @Sendable private func change(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.require(.adminUsers)
        let id = try context.number("id")
        let members = RequestMembers(try await request.object(upTo: Self.bodyMax, context))
        let change = try AccountChange(members)
        var levels: [Level]?
        if let names = change.levelNames { levels = try await desk.levels(named: names, "level_names") }
        let (before, after) = try await desk.change(id, password: change.password) { [levels] account in
            try caller.check(mayChange: account)
            guard change.isActive != false || account.id != caller.userID else { throw Refusal.ownAccount }
            change.apply(to: &account)
            if let levels { account.levels = levels }
            try caller.check(mayGive: account.permissions)
        }
        var details = before.changes(to: after)
        if change.password != nil { details["password"] = "reset" }
        await audit.record(.userUpdated, after, details, by: request, context)
        return Response(after.document)
    }

    @Sendable private func delete(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.require(.adminUsers)
        let account = try await desk.delete(try context.number("id")) { account in
            guard account.id != caller.userID else { throw Refusal(.badRequest, "Cannot delete your own account") }
            try caller.check(mayChange: account)
        }
        await audit.record(.userDeleted, account, by: request, context)
        return Response(["success": true])
    }

    private func setActive(_ isActive: Bool, _ request: Request, _ context: BackendContext) async throws -> Response {
        let caller = try context.require(.adminUsers)
        let (_, after) = try await desk.change(try context.number("id")) { account in
            guard isActive || account.id != caller.userID else { throw Refusal.ownAccount }
            try caller.check(mayChange: account)
            account.isActive = isActive
        }
        await audit.record(.userUpdated, after, ["is_active": "\(isActive)"], by: request, context)
        return Response(["success": true])
    }
}

extension Caller {
    /// Refuses to change somebody who may more than the caller: their password could be set, and used.
    func check(mayChange account: Account) throws(Refusal) {
        guard permissions.contains(account.permissions) else {
            throw Refusal(
                .forbidden, code: Refusal.permissionDenied,
                "The account may do what you may not, so you cannot change it.")
        }
    }

    /// Refuses to give what the caller has not.
    func check(mayGive permissions: PermissionSet) throws(Refusal) {
        guard self.permissions.contains(permissions) else {
            let more = permissions.subtracting(self.permissions).names.first ?? ""
            throw Refusal(
                .forbidden, code: Refusal.permissionDenied, "You cannot give what you do not have: \(more)")
        }
    }
}

extension Refusal {
    fileprivate static let ownAccount = Refusal(.badRequest, "Cannot deactivate your own account")
}
