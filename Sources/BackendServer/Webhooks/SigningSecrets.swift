import HTTPTypes
import Jobs
import Providers
import Secrets
import Settings
import Synchronization
import Webhooks

/// The secret that a provider signs its webhooks with: the one that is set, else the one that it tells us.
///
/// A told secret is kept, and asked for again when a signature does not fit, since it may have been replaced. Forged
/// signatures must not make us ask all the time, hence the pauses.
final class SigningSecrets: Sendable {
    private static let pauseSeconds = 10.0

    private struct State {
        var secret: SigningSecret?
        var failedAt: Timestamp?
        var replacedAt: Timestamp?
    }

    private let providers: ProviderDesk
    private let state = Mutex(State())
    private let flight = SingleFlight<SigningSecret?>()

    init(providers: ProviderDesk) { self.providers = providers }

    /// The secret in use.
    ///
    /// - Returns: Nil when there is none to be had: nothing is set, and there is no provider to ask.
    /// - Throws: `Refusal` 503 when the provider should tell it and does not, so that the webhook is sent again.
    func current() async throws -> SigningSecret? {
        if let text = await providers.secret(.webhookSecret) { return SigningSecret(text) }
        if let known = state.withLock({ $0.secret }) { return known }
        guard let client = try await client() else { return nil }
        let found = await flight.value {
            // It may have been found, or not, while this one waited for its turn.
            if let known = state.withLock({ $0.secret }) { return known }
            return happened { $0.failedAt } ? nil : await fetch(client)
        }
        guard let secret = found else {
            throw Refusal(.serviceUnavailable, "The webhook signing secret is not available at the moment.")
        }
        return secret
    }

    /// Asks the provider again; nil when it was just asked, does not answer, or when the secret is not its business.
    func replacement() async throws -> SigningSecret? {
        guard await providers.secret(.webhookSecret) == nil, !happened({ $0.replacedAt }),
            let client = try await client()
        else { return nil }
        let now = providers.clock()
        state.withLock { $0.replacedAt = now }
        return await fetch(client)
    }

    private func client() async throws -> ReplicateClient? {
        // Whoever sends the webhook waits for its answer, and sends it again.
        await providers.replicate(try await providers.configuration(), patience: .seconds(5), retry: .once)
    }

    private func fetch(_ client: ReplicateClient) async -> SigningSecret? {
        let now = providers.clock()
        let secret = (try? await client.webhookSecret()).flatMap { SigningSecret($0) }
        state.withLock { state in
            state.failedAt = secret == nil ? now : nil
            if let secret { state.secret = secret }
        }
        return secret
    }

    /// Whether something was less than a pause ago.
    private func happened(_ time: (State) -> Timestamp?) -> Bool {
        guard let time = state.withLock({ time($0) }) else { return false }
        return abs(providers.clock().secondsSince(time)) < Self.pauseSeconds
    }
}
