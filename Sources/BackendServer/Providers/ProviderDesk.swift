import GatePolicy
import Jobs
import Providers
import Secrets
import Settings
import Storage

/// What the backend knows of its providers: their configuration, and how to speak to them as they are configured now.
struct ProviderDesk: Sendable {
    let database: JobDatabase
    let settings: BackendSettings
    /// How calls leave this machine unless a provider's configuration says otherwise.
    let outbound: OutboundSettings
    let factory: OutboundFactory
    let breakers: BreakerRegistry
    let pacing: Pacing
    let secrets: Secrets
    let resolver: NameResolver
    let clock: Clock
    /// Who may switch the check of certificates off.
    let risks = RiskAcknowledgements()
    /// Tests that people ask for must not take the place of calls for jobs.
    let probeLimit = CallLimit(callsMax: 4)
    /// Tokens for a moment, to try the storage endpoint with.
    let probeGrants = ProbeGrants()

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

    /// A secret's text; nil when nobody has it.
    func secret(_ name: SecretName) async -> String? { await secrets.secret(name, now: clock())?.value }

    /// Replicate, with the token that is set; nil without one.
    ///
    /// The way there is made anew each time, so that a change of the configuration counts for the next call.
    ///
    /// - Parameters:
    ///   - configuration: As it is now.
    ///   - patience: How long a call may take at most, whatever is configured.
    ///   - retry: Whether calls that may be repeated are.
    /// - Returns: A client for a few calls.
    func replicate(
        _ configuration: ProviderConfiguration, patience: Duration = .seconds(3600), retry: RetryPolicy = .standard
    ) async -> ReplicateClient? {
        guard let token = await secret(.replicateToken) else { return nil }
        let access = ReplicateAccess(
            baseURL: configuration.apiBaseURL ?? settings.replicateURL,
            token: token,
            timeout: min(patience, self.patience(configuration))
        )
        let calls = GuardedCalls(name: ProviderName.replicate.rawValue, breakers: breakers, pacing: pacing)
        return ReplicateClient(outbound: calls.over(way(configuration), retry: retry), access: access)
    }

    /// The way out as a provider has it, without repetition and circuit breaker: for calls to others than itself.
    func way(_ configuration: ProviderConfiguration, pinning addresses: [String: String] = [:]) -> Outbound {
        var settings = configuration.outbound(over: outbound)
        settings.pinnedAddresses = addresses
        return factory.outbound(settings)
    }

    /// Whether certificates are left unchecked, for any provider or for all.
    var hasUnverifiedCalls: Bool {
        get async {
            if !outbound.verifiesTLS { return true }
            for provider in ProviderName.allCases {
                // A database that cannot be read is told of elsewhere.
                let configuration = try? await configuration(of: provider)
                if configuration?.outbound(over: outbound).verifiesTLS == false { return true }
            }
            return false
        }
    }

    /// How long a call may take.
    func patience(_ configuration: ProviderConfiguration) -> Duration {
        configuration.httpTimeout ?? .seconds(settings.httpTimeoutSeconds)
    }
}
