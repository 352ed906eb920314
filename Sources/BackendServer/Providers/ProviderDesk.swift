import GatePolicy
import Jobs
import Providers
import Settings
import Storage

/// What the backend knows of its providers: their configuration, and how to speak to them as they are configured now.
struct ProviderDesk: Sendable {
    let database: JobDatabase
    let settings: BackendSettings
    let outbound: Outbound
    let clock: Clock

    func configuration(of provider: ProviderName = .replicate) async throws -> ProviderConfiguration {
        ProviderConfiguration(members: try await database.providerConfig(provider.rawValue))
    }

    /// Whether the storage endpoint is open: it is one for all providers, as in the gateway's policy.
    var servesStorage: Bool {
        get async throws {
            for provider in ProviderName.allCases
            where try await configuration(of: provider).isStorageEnabled { return true }
            return false
        }
    }

    func change(_ provider: ProviderName, _ change: ProviderConfigurationChange) async throws -> ProviderConfiguration {
        let members = try await database.changeProviderConfig(
            provider.rawValue, now: clock(), fingerprint: GatePolicy.fingerprint(of:)
        ) { members in change.applied(to: members) }
        return ProviderConfiguration(members: members)
    }

    /// Replicate, with the token that is set; nil without one.
    ///
    /// - Parameters:
    ///   - configuration: As it is now.
    ///   - patience: How long a call may take at most, whatever is configured.
    /// - Returns: A client for a few calls.
    func replicate(
        _ configuration: ProviderConfiguration, patience: Duration = .seconds(3600)
    ) -> ReplicateClient? {
        guard let token = settings.replicateToken else { return nil }
        let access = ReplicateAccess(
            baseURL: configuration.apiBaseURL ?? settings.replicateURL,
            token: token,
            timeout: min(patience, configuration.httpTimeout ?? .seconds(settings.httpTimeoutSeconds))
        )
        return ReplicateClient(outbound: outbound, access: access)
    }
}
