import AuditTrail
import HTTPTypes
import Hummingbird
import JSON
import Settings

/// The routes under `/api/cloud/providers`.
struct ProviderRoutes: Sendable {
    /// Fits the longest list of networks.
    private static let bodyMax = 2 * 1024 * 1024

    let desk: ProviderDesk
    let policy: PolicyDesk
    let audit: AuditDesk

    func add(to group: RouterGroup<BackendContext>) {
        group.put(":provider", use: put)
        group.put(":provider/config", use: put)
        group.get(":provider/config", use: get)
        group.patch(":provider/advanced", use: patchAdvanced)
        group.get(":provider/advanced", use: getAdvanced)
    }

    @Sendable private func put(_ request: Request, context: BackendContext) async throws -> Response {
        let (provider, configuration, outcome) = try await change(request, context)
        return Response(.object(document(provider, configuration).merging(outcome) { _, new in new }))
    }

    @Sendable private func get(_ request: Request, context: BackendContext) async throws -> Response {
        let provider = try ProviderName(path: try context.parameters.require("provider"))
        return Response(.object(document(provider, try await desk.configuration(of: provider))))
    }

    @Sendable private func patchAdvanced(_ request: Request, context: BackendContext) async throws -> Response {
        let (_, configuration, outcome) = try await change(request, context)
        return Response(.object(advanced(configuration).merging(outcome) { _, new in new }))
    }

    @Sendable private func getAdvanced(_ request: Request, context: BackendContext) async throws -> Response {
        let provider = try ProviderName(path: try context.parameters.require("provider"))
        return Response(.object(advanced(try await desk.configuration(of: provider))))
    }

    /// Stores what a request sets; where the gateway has a part in it, whether it does its part.
    private func change(
        _ request: Request, _ context: BackendContext
    ) async throws -> (ProviderName, ProviderConfiguration, outcome: [String: JSONValue]) {
        let provider = try ProviderName(path: try context.parameters.require("provider"))
        let members = try await request.object(upTo: Self.bodyMax, context)
        let change = try ProviderConfigurationChange(members)
        let configuration = try await desk.change(provider, change)
        await record(request, context, provider, keys: members.keys.sorted())
        guard change.concernsGateway else { return (provider, configuration, [:]) }
        guard let problem = await policy.problemOfApplying() else {
            return (provider, configuration, ["applied": true])
        }
        return (provider, configuration, ["applied": false, "applied_reason": .string(problem)])
    }

    private func record(
        _ request: Request, _ context: BackendContext, _ provider: ProviderName, keys: [String]
    ) async {
        var event = audit.event(.providerConfigured)
        event.take(from: request, context)
        (event.targetType, event.target) = ("provider", provider.rawValue)
        // Their values may be secrets.
        event.details["keys"] = keys.joined(separator: ",")
        await audit.record(event)
    }

    private func document(
        _ provider: ProviderName, _ configuration: ProviderConfiguration
    ) -> [String: JSONValue] {
        ["provider": .string(provider.rawValue), "config": .object(configuration.members)]
    }

    /// The keys of the web page's panel, each with what holds for it.
    private func advanced(_ configuration: ProviderConfiguration) -> [String: JSONValue] {
        let members = configuration.members
        return [
            "ssl_verify": true,
            "ssl_ca_bundle": nil,
            "proxy_url": nil,
            "http_timeout": members["http_timeout"] ?? JSONValue(desk.settings.httpTimeoutSeconds),
            "webhook_ip_allowlist_enabled": .bool(configuration.isAllowlistEnabled),
            "webhook_allowed_ips": members["webhook_allowed_ips"] ?? [],
        ]
    }
}
