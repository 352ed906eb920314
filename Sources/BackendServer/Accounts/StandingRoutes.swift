import Accounts
import AuditTrail
import HTTPTypes
import Hummingbird
import JSON
import Storage

/// The routes under `/api/users/{id}` by which levels and permissions are given and taken.
struct StandingRoutes: Sendable {
    private static let bodyMax = 4096

    let desk: AccountDesk
    let audit: AuditDesk

    func add(to group: RouterGroup<BackendContext>) {
        group.post(":id/levels", use: addLevel)
        group.delete(":id/levels/:name", use: removeLevel)
        group.post(":id/permissions", use: setPermission)
        group.delete(":id/permissions/:name", use: removePermission)
    }

    @Sendable private func addLevel(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminUsers)
        let members = RequestMembers(try await request.object(upTo: Self.bodyMax, context))
        let name = try members.required("level_name")
        guard let level = try await desk.levels(named: [name], "level_name").first else { throw Refusal(.unknown) }
        return try await changeStanding(.levelChanged, ["added": level.name], request, context) { account in
            if !account.levels.contains(where: { $0.id == level.id }) { account.levels.append(level) }
        }
    }

    @Sendable private func removeLevel(_ request: Request, context: BackendContext) async throws -> Response {
        let name = try context.parameters.require("name")
        return try await changeStanding(.levelChanged, ["removed": String(name.prefix(64))], request, context) {
            account in
            guard account.levels.contains(where: { $0.name == name }) else {
                throw Refusal(.notFound, "The user does not have the level '\(name.prefix(64))'")
            }
            account.levels.removeAll { $0.name == name }
        }
    }

    @Sendable private func setPermission(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminUsers)
        let members = RequestMembers(try await request.object(upTo: Self.bodyMax, context))
        let name = try members.required("permission_name")
        let isGranted = try members.flag("granted") ?? true
        let permission = try Self.permission(name)
        return try await changeStanding(
            .permissionChanged, [isGranted ? "granted" : "denied": name], request, context
        ) { account in
            guard isGranted || !account.isAdmin else {
                throw Refusal(.conflict, "An administrator may everything. Set is_admin to false first.")
            }
            account.granted.remove(permission)
            account.denied.remove(permission)
            if isGranted { account.granted.insert(permission) } else { account.denied.insert(permission) }
        }
    }

    @Sendable private func removePermission(_ request: Request, context: BackendContext) async throws -> Response {
        let permission = try Self.permission(try context.parameters.require("name"))
        return try await changeStanding(.permissionChanged, ["removed": permission.rawValue], request, context) {
            account in
            account.granted.remove(permission)
            account.denied.remove(permission)
        }
    }

    /// Changes what somebody may, within what the caller may.
    private func changeStanding(
        _ type: AuditEventType, _ details: [String: String], _ request: Request, _ context: BackendContext,
        _ edit: @escaping @Sendable (inout Account) throws -> Void
    ) async throws -> Response {
        let caller = try context.require(.adminUsers)
        let (_, after) = try await desk.change(try context.number("id")) { account in
            try caller.check(mayChange: account)
            try edit(&account)
            try caller.check(mayGive: account.permissions)
        }
        await audit.record(type, after, details, by: request, context)
        return Response(["success": true])
    }

    private static func permission(_ name: String) throws(Refusal) -> Permission {
        guard let permission = Permission(rawValue: name) else {
            throw Refusal(invalid: "permission_name", in: "body", "There is no such permission")
        }
        return permission
    }
}
