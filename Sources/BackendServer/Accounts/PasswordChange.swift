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
        let caller = try context.signedInWhole()
        let members = RequestMembers(try await request.object(upTo: Self.bodyMax, context))
        let (current, new) = (try members.required("current_password"), try members.required("new_password"))
        try NewAccount.check("new_password", AccountFields.fault(inPassword: new))
        do {
            try await desk.changePassword(of: caller.userID, from: current, to: new, in: context.session)
        } catch let refusal as Refusal where refusal.status == .unauthorized || refusal.status == .tooManyRequests {
            await audit.record(loginRefused: refusal, for: caller.userID, named: caller.username, by: request, context)
            throw refusal
        }
        await audit.record(
            .passwordChanged, on: "user", String(caller.userID), ["username": caller.username], by: request, context)
        return Response(["success": true, "message": "Password changed. All other sessions have ended."])
    }
}
