public import NetworkAddress

/// Which addresses a person may have us call that nobody of this site chose: the world's, and not those behind our walls.
///
/// Without it, whoever may test an address has us knock on every door of the private network, and on the cloud's metadata
/// service. The answer counts for the addresses that were looked at, so the call has to go to one of those: a name that
/// resolves to something else a moment later (DNS rebinding) gains nothing.
public struct TargetRule: Sendable {
    private let own: [WebOrigin]
    private let allowed: PrefixSet

    /// - Parameters:
    ///   - own: Where the world reaches us; always allowed.
    ///   - allowed: Networks of this site that may be reached all the same.
    public init(own: [WebOrigin], allowed: PrefixSet) {
        self.own = own
        self.allowed = allowed
    }

    public enum Decision: Equatable, Sendable {
        /// To be called; the host's name at this address, if it has to be pinned.
        case allowed(pinned: [String: String])
        /// Why not, as a sentence.
        case refused(String)
    }

    public func decide(_ target: WebOrigin, addresses: [IPAddress]) -> Decision {
        if own.contains(target) { return .allowed(pinned: [:]) }
        guard let address = addresses.first else { return .refused("The host's address cannot be found.") }
        // A name with one address inside and one outside is no accident.
        guard addresses.allSatisfy({ !Self.special.contains($0) || allowed.contains($0) }) else {
            return .refused("The host is in a private or reserved network. TUNERGATE_PRIVATE_TARGETS may allow it.")
        }
        return .allowed(pinned: IPAddress(target.host) == nil ? [target.host: address.description] : [:])
    }

    /// What is not reachable for everybody (IANA's special-purpose registries, RFC 6890), what leads there by
    /// translation (NAT64, 6to4, Teredo), and multicast.
    private static let special = PrefixSet(
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/3", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23",
            "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/9", "ff00::/8",
        ].compactMap { CIDRBlock($0) })
}
