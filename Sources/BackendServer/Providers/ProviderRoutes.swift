import HTTPTypes
import Hummingbird
import JSON
import Jobs

/// The routes under `/api/cloud/providers`.
struct ProviderRoutes: Sendable {
    private static let bodyMax = 256 * 1024

    let desk: ProviderDesk

    func add(to group: RouterGroup<BackendContext>) {
        group.put(":provider", use: put)
        group.put(":provider/config", use: put)
        group.get(":provider/config", use: get)
    }

    @Sendable private func put(_ request: Request, context: BackendContext) async throws -> Response {
        let provider = try provider(context)
        let change = try ProviderConfigurationChange(try await request.object(upTo: Self.bodyMax, context))
        return answer(provider, try await desk.change(provider, change))
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
