import Accounts
import AuditTrail
import HTTPTypes
import Hummingbird
import JSON
import Storage

/// The routes of `/api/cloud/settings/registration`: whether strangers may make themselves an account.
struct RegistrationRoutes: Sendable {
    private static let bodyMax = 4096

    let desk: AccountDesk
    let audit: AuditDesk

    func add(to group: RouterGroup<BackendContext>) {
        group.get("registration", use: get)
        group.put("registration", use: put)
    }

    @Sendable private func get(_ request: Request, context: BackendContext) async throws -> Response {
        Response(try await desk.registration().document)
    }

    @Sendable private func put(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.require(.adminUsers)
        let members = RequestMembers(try await request.object(upTo: Self.bodyMax, context))
        try members.allow(["enabled", "default_level"])
        var policy = try await desk.registration()
        policy.isEnabled = try members.flag("enabled") ?? policy.isEnabled
        policy.defaultLevel = try members.text("default_level") ?? policy.defaultLevel
        guard let level = try await desk.database.levels().first(where: { $0.name == policy.defaultLevel }) else {
            throw Refusal(invalid: "default_level", in: "body", "There is no such level")
        }
        guard level.permissions.members.allSatisfy({ !$0.rawValue.hasPrefix("admin.") }) else {
            throw Refusal(
                .badRequest, "The level '\(level.name)' administers, so it cannot be given to whoever registers.")
        }
        try caller.check(mayGive: level.permissions)
        try await desk.setRegistration(policy)
        await audit.record(
            .configChanged, on: "config", "registration",
            ["enabled": "\(policy.isEnabled)", "default_level": policy.defaultLevel], by: request, context)
        return Response(policy.document)
    }
}
