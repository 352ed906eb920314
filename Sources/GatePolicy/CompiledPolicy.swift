public import NetworkAddress

/// A policy as requests are judged by it: checked, its lists made into sets, nothing of it text.
///
/// Made once for each version, off the data path; a look-up allocates nothing.
public final class CompiledPolicy: Sendable {
    public enum Verdict: Equatable, Sendable {
        case allowed
        /// With the provider's number in this policy, from 0.
        case refused(provider: Int)
        /// For the backend to say so: the path may be something else's.
        case unknownProvider
    }

    private struct Provider: Sendable {
        /// Where its name lies in ``names``.
        let name: Range<Int>
        let allowed: PrefixSet
        let webhookLimit: LimitOverride?
    }

    public let version: Int
    public let limits: [String: LimitOverride]
    public let switches: PolicySwitches
    /// Whether a name that is not listed is none.
    private let knowsNames: Bool
    /// All names, one behind the other.
    private let names: [UInt8]
    private let providers: [Provider]
    /// Whether any provider's webhooks have a limit of their own.
    public let limitsWebhooks: Bool

    /// Compiles a policy.
    ///
    /// - Throws: The first entry that has no meaning; whoever has an older policy keeps it.
    public init(_ policy: GatePolicy) throws(PolicyError) {
        try policy.check()
        version = policy.version
        limits = policy.limits
        switches = policy.switches
        knowsNames = policy.providers != nil
        var names: [UInt8] = []
        var providers: [Provider] = []
        for (name, provider) in (policy.providers ?? [:]).sorted(by: { $0.key < $1.key }) {
            let allowed = try provider.allowlist(at: "providers.\(name)")
            let start = names.count
            names += name.utf8
            providers.append(
                Provider(name: start..<names.count, allowed: allowed, webhookLimit: provider.webhookLimit))
        }
        self.names = names
        self.providers = providers
        limitsWebhooks = providers.contains { $0.webhookLimit != nil }
    }

    /// Decides whether a provider's webhook may come from this address.
    ///
    /// - Parameters:
    ///   - provider: Its name as the path has it; case matters, as in all of a path.
    ///   - address: The client's. One that nobody knows is in no list, not even in one of all addresses.
    /// - Returns: The verdict; a provider without a list allows every address.
    public func allows(provider: Span<UInt8>, address: IPAddress) -> Verdict {
        guard let index = index(of: provider) else { return knowsNames ? .unknownProvider : .allowed }
        if providers[index].allowed.isEmpty { return .allowed }
        guard address != ClientIdentity.unknown, providers[index].allowed.contains(address) else {
            return .refused(provider: index)
        }
        return .allowed
    }

    /// The limit of a provider's webhooks and the provider's number, if it stands in place of the rule's.
    public func webhookLimit(provider: Span<UInt8>) -> (limit: LimitOverride, provider: Int)? {
        guard let index = index(of: provider), let limit = providers[index].webhookLimit else { return nil }
        return (limit, index)
    }

    /// A provider's name.
    public func name(ofProvider index: Int) -> String {
        String(decoding: names[providers[index].name], as: UTF8.self)
    }

    private func index(of name: Span<UInt8>) -> Int? {
        let (names, providers) = (names, providers)
        let bytes = names.span
        for index in providers.indices where Self.isSame(bytes.extracting(providers[index].name), name) {
            return index
        }
        return nil
    }

    private static func isSame(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        for index in one.indices where one[index] != other[index] { return false }
        return true
    }
}
