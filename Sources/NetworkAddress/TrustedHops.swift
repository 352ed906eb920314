/// The peers that may speak for others: what `SIMPLETUNER_TRUSTED_PROXIES` says.
///
/// This machine (exactly `127.0.0.1` and `::1`) and Unix sockets are among them, since tunnels run there; `none` trusts
/// nobody, not even them.
public struct TrustedHops: Sendable {
    private let networks: PrefixSet
    /// Whether this machine and Unix sockets are trusted.
    public let trustsThisMachine: Bool
    /// Whether `CF-Connecting-IP` is one of the headers that name a client: for a Cloudflare tunnel, which sets it anew.
    public let readsConnectingIP: Bool

    /// Trusts this machine alone.
    public static var thisMachine: TrustedHops { TrustedHops(networks: []) }

    /// Trusts nobody.
    public static var nobody: TrustedHops {
        TrustedHops(networks: PrefixSet([CIDRBlock]()), trustsThisMachine: false, readsConnectingIP: false)
    }

    private init(networks: PrefixSet, trustsThisMachine: Bool, readsConnectingIP: Bool) {
        self.networks = networks
        self.trustsThisMachine = trustsThisMachine
        self.readsConnectingIP = readsConnectingIP
    }

    /// Trusts this machine and these networks.
    public init(networks: [CIDRBlock], readsConnectingIP: Bool = false) {
        self.init(networks: PrefixSet(networks), trustsThisMachine: true, readsConnectingIP: readsConnectingIP)
    }

    /// Reads the list as a user writes it.
    ///
    /// - Parameters:
    ///   - entries: Networks besides this machine, or `none` alone. Empty is this machine alone.
    ///   - readsConnectingIP: As ``readsConnectingIP``.
    /// - Throws: The first entry that is no network, or `none` beside others.
    public init(entries: [String], readsConnectingIP: Bool = false) throws(NetworkListError) {
        if entries == ["none"] {
            self = .nobody
            return
        }
        if let index = entries.firstIndex(of: "none") { throw NetworkListError("none", at: index, .noneIsNotAlone) }
        self.init(
            networks: try PrefixSet(entries), trustsThisMachine: true, readsConnectingIP: readsConnectingIP)
    }

    /// Reads the list with commas between the entries and blanks around them; an empty text is this machine alone.
    public init(text: String, readsConnectingIP: Bool = false) throws(NetworkListError) {
        let entries = text.split(separator: ",", omittingEmptySubsequences: false).map { entry in
            String(entry.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        try self.init(entries: entries == [""] ? [] : entries, readsConnectingIP: readsConnectingIP)
    }

    public func trusts(_ address: IPAddress) -> Bool {
        trustsThisMachine && address.isLoopback || networks.contains(address)
    }

    /// Whether this peer may speak for others.
    public func trusts(_ peer: Peer) -> Bool {
        switch peer {
        case .address(let address): trusts(address)
        case .unixSocket: trustsThisMachine
        }
    }

    /// Whether it matters what this peer's head says of its client.
    ///
    /// A stranger's word counts for nothing. That of this machine is read even if nobody is trusted, because who is
    /// spoken for is not local.
    public func shouldRead(_ peer: Peer) -> Bool {
        switch peer {
        case .address(let address): address.isLoopback || networks.contains(address)
        case .unixSocket: true
        }
    }
}
