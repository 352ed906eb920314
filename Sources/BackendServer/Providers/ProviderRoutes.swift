import AuditTrail
import HTTPTypes
import Hummingbird
import Jobs

/// The routes under `/api/cloud/providers`.
struct ProviderRoutes: Sendable {
    private static let bodyMax = 256 * 1024

    let desk: ProviderDesk
    let audit: AuditDesk

    func add(to group: RouterGroup<BackendContext>) {
        group.put(":provider", use: put)
        group.put(":provider/config", use: put)
        group.get(":provider/config", use: get)
    }

    @Sendable private func put(_ request: Request, context: BackendContext) async throws -> Response {
        let provider = try provider(context)
        let members = try await request.object(upTo: Self.bodyMax, context)
        let configuration = try await desk.change(provider, try ProviderConfigurationChange(members))
        var event = audit.event(.providerConfigured)
        event.take(from: request, context)
        (event.targetType, event.target) = ("provider", provider.rawValue)
        // Their values may be secrets.
        event.details["keys"] = members.keys.sorted().joined(separator: ",")
        await audit.record(event)
        return answer(provider, configuration)
    }

    @Sendable private func get(_ request: Request, context: BackendContext) async throws -> Response {
        let provider = try provider(context)
        return answer(provider, try await desk.configuration(of: provider))
    }

    private func provider(_ context: BackendContext) throws -> ProviderName {
        let name = try context.parameters.require("provider")
        guard let provider = ProviderName(rawValue: name) else {
            throw Refusal(.notFound, "Unknown provider: \(name.prefix(64))")
        }
        return provider
    }

    private func answer(_ provider: ProviderName, _ configuration: ProviderConfiguration) -> Response {
        Response(["provider": .string(provider.rawValue), "config": .object(configuration.members)])
    }
}
