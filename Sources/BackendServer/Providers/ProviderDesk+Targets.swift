import NetworkAddress
import Providers
import Settings

extension ProviderDesk {
    /// Whether an address may be called that a person gave us.
    enum TargetWay {
        /// The way there, which leads to the address that was looked at whatever the name resolves to later.
        case open(Outbound)
        /// Why not, as a sentence.
        case refused(String)
    }

    /// The way to an address that a person gave us: the test of a webhook, a subscription.
    ///
    /// - Parameter url: Theirs.
    /// - Returns: The way, unless it leads behind our walls (`TargetRule`).
    /// - Throws: When our own disk fails.
    func way(toTarget url: String) async throws -> TargetWay {
        guard WebAddress.isValid(url), let target = WebOrigin(url) else {
            return .refused("The webhook URL must begin with http:// or https:// and hold no login.")
        }
        let configuration = try await configuration()
        let own = [settings.publicURL, configuration.publicURL].compactMap { $0.flatMap { WebOrigin($0.origin) } }
        let allowed = PrefixSet(settings.outbound.privateTargets.compactMap { CIDRBlock($0) })
        let addresses = await resolver.addresses(target.host)
        return switch TargetRule(own: own, allowed: allowed).decide(target, addresses: addresses) {
        case .refused(let reason): .refused(reason)
        case .allowed(let pinned): .open(way(configuration, pinning: pinned))
        }
    }
}
