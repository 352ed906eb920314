import Accounts
import AuditTrail
import HTTPTypes
import Hummingbird
import JSON
import Storage

/// The routes under `/api/auth/api-keys`: the caller's own keys.
struct KeyRoutes: Sendable {
    private static let bodyMax = 16 * 1024
    private static let nameBytesMax = 100

    let desk: AccountDesk
    let audit: AuditDesk

    func add(to group: RouterGroup<BackendContext>) {
        group.get(use: list)
        group.post(use: create)
        group.delete(":id", use: delete)
    }

    @Sendable private func list(_ request: Request, context: BackendContext) async throws -> Response {
        Response(.array(try await desk.database.apiKeys(of: try reader(context).userID).map(\.document)))
    }

    @Sendable private func create(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.require(.apiKeysOwn)
        let members = RequestMembers(try await request.object(upTo: Self.bodyMax, context))
        let name = try members.required("name")
        guard name.utf8.count <= Self.nameBytesMax, name.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
            throw Refusal(
                invalid: "name", in: "body",
                "A name has at most \(Self.nameBytesMax) bytes and no control characters")
        }
        let days = try members.integer("expires_days", in: 1...365)
        let scopes = try members.texts("scoped_permissions", countMax: Permission.allCases.count)
        let (key, text) = try await desk.makeKey(named: name, days: days, scopes: scopes, for: caller)
        await audit.record(
            .apiKeyCreated, on: "api_key", key.prefix,
            ["name": name, "scopes": scopes?.joined(separator: " ") ?? "all"], by: request, context)
        return Response(["key": .string(text), "key_info": key.document])
    }

    @Sendable private func delete(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try reader(context)
        guard let key = try await desk.database.deleteAPIKey(try context.number("id"), of: caller.userID) else {
            throw Refusal(.notFound, "API key not found")
        }
        await audit.record(.apiKeyRevoked, on: "api_key", key.prefix, ["name": key.name], by: request, context)
        return Response(["success": true])
    }

    /// Whoever may see and revoke their own keys: the owner, or a key that was made for it.
    private func reader(_ context: BackendContext) throws -> Caller {
        let caller = try context.signedIn()
        return caller.may(.apiKeysOwn) ? caller : try context.signedInWhole()
    }
}
