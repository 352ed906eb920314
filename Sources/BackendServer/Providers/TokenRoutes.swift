import Accounts
import AuditTrail
import HTTPTypes
import Hummingbird
import JSON
import Secrets

/// The routes that save and delete a provider's API token.
///
/// They change the secrets file; a token in the environment wins over it.
struct TokenRoutes: Sendable {
    private static let bodyMax = 64 * 1024
    private static let tokenBytesMax = 512

    let desk: ProviderDesk
    let audit: AuditDesk

    /// Below `/api/cloud/providers`.
    func add(to group: RouterGroup<BackendContext>) {
        group.put(":provider/token", use: save)
        group.delete(":provider/token", use: delete)
    }

    @Sendable private func save(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminConfig)
        guard try isThere(context) else { return Self.comingSoon }
        guard let text = try await request.object(upTo: Self.bodyMax, context)["api_token"]?.text else {
            throw Refusal(invalid: "api_token", in: "body", "Input should be a valid string")
        }
        let token = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard token.hasPrefix("r8_"), token.utf8.count <= Self.tokenBytesMax,
            token.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return Self.answer(error: "Invalid token format. Replicate tokens start with 'r8_'") }
        return await change(.credentialCreated, request, context) { secrets throws(SecretFileProblem) in
            try secrets.save(token, as: .replicateToken)
        }
    }

    @Sendable private func delete(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminConfig)
        guard try isThere(context) else { return Self.comingSoon }
        return await change(.credentialDeleted, request, context) { secrets throws(SecretFileProblem) in
            try secrets.delete(.replicateToken)
        }
    }

    /// Whether the provider in the path can be used, rather than only announced.
    private func isThere(_ context: BackendContext) throws -> Bool {
        let name = try context.parameters.require("provider")
        guard name != "simpletuner_io" else { return false }
        _ = try ProviderName(path: name)
        return true
    }

    private static var comingSoon: Response { answer(error: "SimpleTuner.io is coming soon.") }

    private func change(
        _ type: AuditEventType, _ request: Request, _ context: BackendContext,
        _ body: (Secrets) throws(SecretFileProblem) -> String
    ) async -> Response {
        let path: String
        do throws(SecretFileProblem) { path = try body(desk.secrets) } catch {
            return Self.answer(error: error.description)
        }
        await audit.record(type, on: "provider", "replicate", by: request, context)
        let isOverridden = await desk.secrets.secret(.replicateToken, now: desk.clock())?.source == .environment
        return Self.answer(
            path: path,
            warning: isOverridden ? "REPLICATE_API_TOKEN is set in the environment, which wins over the file." : nil)
    }

    private static func answer(path: String? = nil, error: String? = nil, warning: String? = nil) -> Response {
        var members: [String: JSONValue] = [
            "success": .bool(error == nil), "file_path": JSONValue(path), "error": JSONValue(error),
        ]
        if let warning { members["warning"] = .string(warning) }
        return Response(.object(members))
    }
}
