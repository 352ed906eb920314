import Accounts
import AuditTrail
import Hummingbird
import JSON
import NetworkAddress

/// Changes the caller's own password, as two routes do.
struct PasswordChange: Sendable {
    private static let bodyMax = 16 * 1024

    let desk: AccountDesk
    let audit: AuditDesk

    func answer(_ request: Request, _ context: BackendContext) async throws -> Response {
        let caller = try context.signedIn()
        let members = RequestMembers(try await request.object(upTo: Self.bodyMax, context))
        let (current, new) = (try members.required("current_password"), try members.required("new_password"))
        try NewAccount.check("new_password", AccountFields.fault(inPassword: new))
        try await desk.changePassword(
            of: caller.userID, from: current, to: new, in: context.session,
            client: context.clientAddress?.description)
        await audit.record(.passwordChanged, on: "user", caller.username, by: request, context)
        return Response(["success": true, "message": "Password changed. All other sessions have ended."])
    }
}
