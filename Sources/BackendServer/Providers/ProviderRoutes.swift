import Accounts
import AuditTrail
import HTTPTypes
import Hummingbird
import JSON
import Logging
import Providers
import Settings

/// The routes under `/api/cloud/providers` that show and change how providers are configured.
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
        try context.require(.configView)
        let provider = try ProviderName(path: try context.parameters.require("provider"))
        return Response(.object(document(provider, try await desk.configuration(of: provider))))
    }

    @Sendable private func patchAdvanced(_ request: Request, context: BackendContext) async throws -> Response {
        let (_, configuration, outcome) = try await change(request, context)
        return Response(.object(advanced(configuration).merging(outcome) { _, new in new }))
    }

    @Sendable private func getAdvanced(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.configView)
        let provider = try ProviderName(path: try context.parameters.require("provider"))
        return Response(.object(advanced(try await desk.configuration(of: provider))))
    }

    /// Stores what a request sets; where the gateway has a part in it, whether it does its part.
    private func change(
        _ request: Request, _ context: BackendContext
    ) async throws -> (ProviderName, ProviderConfiguration, outcome: [String: JSONValue]) {
        let caller = try context.require(.adminConfig)
        let provider = try ProviderName(path: try context.parameters.require("provider"))
        let change = try ProviderConfigurationChange(try await request.object(upTo: Self.bodyMax, context))
        if change.disablesVerification {
            if change.acknowledgesRisk { desk.risks.acknowledge(caller.userID) }
            guard desk.risks.isAcknowledged(by: caller.userID) else { throw Refusal.unacknowledgedRisk }
        }
        let configuration = try await desk.change(provider, change)
        await record(request, context, provider, change)
        var outcome: [String: JSONValue] = [:]
        if change.keys.contains("s3_output_path") {
            outcome["warnings"] = ["s3_output_path is used from the next start on."]
        }
        guard change.concernsGateway else { return (provider, configuration, outcome) }
        let problem = await policy.problemOfApplying()
        outcome["applied"] = .bool(problem == nil)
        if let problem { outcome["applied_reason"] = .string(problem) }
        return (provider, configuration, outcome)
    }

    private func record(
        _ request: Request, _ context: BackendContext, _ provider: ProviderName, _ change: ProviderConfigurationChange
    ) async {
        // Their values may be secrets.
        var details = ["keys": change.keys.joined(separator: ",")]
        details["ssl_verify"] = change.verification
        await audit.record(.providerConfigured, on: "provider", provider.rawValue, details, by: request, context)
        if change.disablesVerification {
            context.logger.warning(
                "certificates of a provider are not checked any more", metadata: ["provider": "\(provider.rawValue)"])
        }
    }

    private func document(
        _ provider: ProviderName, _ configuration: ProviderConfiguration
    ) -> [String: JSONValue] {
        ["provider": .string(provider.rawValue), "config": .object(configuration.shown)]
    }

    /// The keys of the web page's panel, each with what holds for it.
    private func advanced(_ configuration: ProviderConfiguration) -> [String: JSONValue] {
        let members = configuration.shown
        return [
            "ssl_verify": .bool(configuration.outbound(over: desk.outbound).verifiesTLS),
            "ssl_ca_bundle": members["ssl_ca_bundle"] ?? .null,
            "proxy_url": members["proxy_url"] ?? .null,
            "http_timeout": members["http_timeout"] ?? JSONValue(desk.settings.httpTimeoutSeconds),
            "webhook_ip_allowlist_enabled": .bool(configuration.isAllowlistEnabled),
            "webhook_allowed_ips": members["webhook_allowed_ips"] ?? [],
        ]
    }
}

extension ProviderConfiguration {
    /// The members as they may be shown: no login in an address.
    fileprivate var shown: [String: JSONValue] {
        members.mapValues { value in value.text.map { .string(MaskedURL.mask($0)) } ?? value }
    }
}

extension Refusal {
    fileprivate static let unacknowledgedRisk = Refusal(
        .badRequest, code: "ssl_risk_not_acknowledged",
        "With ssl_verify off, whoever is on the way to the provider can read and change everything, the API token too. "
            + "Send acknowledge_ssl_risk: true with it to say that you know; once is enough.")
}
