/// How calls leave this machine: proxies, authorities, patience.
///
/// What a provider's configuration says wins over the environment, part by part.
public struct OutboundSettings: Hashable, Sendable {
    /// The one proxy of a provider, whatever the scheme; `proxy_url`.
    public var proxy: ProxyAddress?
    /// `HTTPS_PROXY`, for https targets.
    public var httpsProxy: ProxyAddress?
    /// `HTTP_PROXY`, for http targets, and for https ones when there is no `HTTPS_PROXY`.
    public var httpProxy: ProxyAddress?
    /// `NO_PROXY`: holds for a provider's own proxy too.
    public var exceptions: ProxyExceptions
    /// A PEM file of authorities that are trusted besides the system's.
    public var caBundle: String?
    /// Whether the certificates of others are checked.
    public var verifiesTLS: Bool
    /// Names that are reached at these addresses, whatever they resolve to by then.
    public var pinnedAddresses: [String: String]

    public init(
        proxy: ProxyAddress? = nil, httpsProxy: ProxyAddress? = nil, httpProxy: ProxyAddress? = nil,
        exceptions: ProxyExceptions = ProxyExceptions(), caBundle: String? = nil, verifiesTLS: Bool = true
    ) {
        self.proxy = proxy
        self.httpsProxy = httpsProxy
        self.httpProxy = httpProxy
        self.exceptions = exceptions
        self.caBundle = caBundle
        self.verifiesTLS = verifiesTLS
        pinnedAddresses = [:]
    }

    /// Straight there, and only to what the system trusts.
    public static let direct = OutboundSettings()

    /// The way to a target.
    ///
    /// - Parameter url: The target's address; what is no http or https address is reached directly.
    /// - Returns: What the pool of connections is found by.
    func route(to url: String) -> OutboundRoute {
        guard let target = WebOrigin(url) else { return OutboundRoute(verifiesTLS: verifiesTLS) }
        return OutboundRoute(
            proxy: exceptions.contains(target) ? nil : proxy(for: target), caBundle: caBundle, verifiesTLS: verifiesTLS,
            pinnedAddresses: pinnedAddresses)
    }

    private func proxy(for target: WebOrigin) -> ProxyAddress? {
        proxy ?? (target.scheme == "https" ? httpsProxy ?? httpProxy : httpProxy)
    }
}

/// Everything that makes one pool of connections different from another.
struct OutboundRoute: Hashable, Sendable {
    var proxy: ProxyAddress?
    var caBundle: String?
    /// Changes with the file, so that a new bundle under the same name gets new connections.
    var caBundleStamp: FileStamp?
    var verifiesTLS = true
    var pinnedAddresses: [String: String] = [:]
}
