import Accounts
import HTTPTypes
import Hummingbird
import JSON
import Jobs
import Providers
import Secrets

/// The routes that ask a provider, or tell what is known of providers.
struct InquiryRoutes: Sendable {
    /// A person waits, and can ask again.
    private static let patience = Duration.seconds(15)

    let desk: ProviderDesk
    let platform: PlatformStatus

    /// What whoever asks is told: which providers there are, and how they are.
    func addOpen(to router: some RouterMethods<BackendContext>) {
        router.get("/api/cloud/providers", use: list)
        router.get("/api/cloud/hardware-options", use: hardwareOptions)
        router.get("/api/cloud/system-status", use: status)
        router.get("/api/cloud/replicate/status", use: status)
        router.get("/api/metrics/replicate/status", use: status)
    }

    /// Below `/api/cloud/providers`.
    func add(to group: RouterGroup<BackendContext>) {
        group.get(":provider/validate", use: validate)
        group.get(":provider/versions", use: versions)
        group.get(":provider/billing", use: billing)
    }

    /// Below `/api/cloud`; the first is another name of the route above.
    func addAround(_ group: RouterGroup<BackendContext>) {
        group.get("replicate/validate", use: validate)
        group.get("circuit-breakers", use: breakers)
    }

    /// Below `/api/metrics`, where clients look for them too.
    func addTwins(_ group: RouterGroup<BackendContext>) {
        group.get("circuit-breakers", use: breakers)
    }

    private var catalogue: ProviderCatalogue {
        get async throws {
            ProviderCatalogue(
                configuration: try await desk.configuration(),
                isConfigured: await desk.secret(.replicateToken) != nil)
        }
    }

    @Sendable private func list(_ request: Request, context: BackendContext) async throws -> Response {
        Response(try await catalogue.document)
    }

    @Sendable private func hardwareOptions(_ request: Request, context: BackendContext) async throws -> Response {
        Response(try await catalogue.hardwareOptions)
    }

    @Sendable private func billing(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.configView)
        try Self.requireProvider(context)
        return Response(try await catalogue.billing)
    }

    @Sendable private func breakers(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.configView)
        let standings = desk.breakers.standings
        return Response([
            "circuit_breakers": .array(standings.map(\.document)), "total": JSONValue(standings.count),
        ])
    }

    @Sendable private func status(_ request: Request, context: BackendContext) async throws -> Response {
        Response(try await platform.document(desk))
    }

    @Sendable private func validate(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.configView)
        try Self.requireProvider(context)
        guard let client = try await client(),
            let secret = await desk.secrets.secret(.replicateToken, now: desk.clock())
        else { return Response(Self.invalid("No API token configured")) }
        do throws(ProviderError) {
            let account = try await client.account()
            let user: JSONValue = [
                "valid": true, "username": .string(account.username), "name": JSONValue(account.name),
                "github_url": JSONValue(account.githubURL), "token_source": .string(secret.source.rawValue),
            ]
            return Response(["valid": true, "user_info": user, "error": nil])
        } catch {
            return Response(Self.invalid(error.sentence))
        }
    }

    /// Nil in the path of the route that names no provider.
    private static func requireProvider(_ context: BackendContext) throws {
        if let name = context.parameters.get("provider") { _ = try ProviderName(path: name) }
    }

    private static func invalid(_ error: String) -> JSONValue {
        ["valid": false, "user_info": nil, "error": .string(error)]
    }

    /// The versions of the model that the configured machine runs.
    @Sendable private func versions(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.configView)
        try Self.requireProvider(context)
        let configuration = try await desk.configuration()
        let model = request.query("model_id") ?? (configuration.hardwareProfile ?? .standard).model
        guard Self.isModel(model) else {
            throw Refusal(invalid: "model_id", in: "query", "Input should have the form owner/model")
        }
        var (versions, problem): ([ModelVersion], String?) = ([], nil)
        if let client = try await client() {
            do throws(ProviderError) { versions = try await client.versions(of: model) } catch {
                problem = error.sentence
            }
        } else {
            problem = "No API token configured"
        }
        return Response([
            "versions": .array(versions.map(\.document)),
            "current_version": JSONValue(configuration.versionOverride),
            "error": JSONValue(problem),
        ])
    }

    /// Nothing that would lead to another place of the provider's API.
    private static func isModel(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && text.utf8.count <= 256
            && parts.allSatisfy { part in
                !part.isEmpty && part.first != "."
                    && part.utf8.allSatisfy { byte in
                        switch byte {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
                        default: false
                        }
                    }
            }
    }

    private func client() async throws -> ReplicateClient? {
        await desk.replicate(try await desk.configuration(), patience: Self.patience)
    }
}

extension ModelVersion {
    fileprivate var document: JSONValue {
        [
            "id": .string(id), "created_at": JSONValue(createdAt), "model_id": .string(model),
            "full_version": .string(fullName),
        ]
    }
}
