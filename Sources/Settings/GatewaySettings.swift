/// Everything that the gateway can be told.
///
/// What each means, its range and its default are in ``Schema``.
public struct GatewaySettings: Sendable {
    public let paths: StatePaths
    public let log: LogSettings
    /// `TUNERGATE_ACCESS_LOG`; nil is none.
    public let accessLog: String?
    /// `TUNERGATE_TLS_LISTEN`: TLS, where a plain request is served to loopback peers only.
    public let tlsListen: ListenAddress
    /// `TUNERGATE_LOCAL_LISTEN`: plain HTTP.
    public let localListen: ListenAddress
    /// `TUNERGATE_PROXY_PROTOCOL_FROM`: networks in CIDR form.
    public let proxyProtocolSources: [String]
    public let tls: TLSSettings
    /// `SIMPLETUNER_PUBLIC_URL`'s host, a name of the self-signed certificate.
    public let publicHost: String?
    /// `TUNERGATE_UPSTREAM`.
    public let upstream: UpstreamAddress
    /// `TUNERGATE_WORKERS`: event loops, one thread each.
    public let workers: Int
    public let limits: GatewayLimits
    public let rateLimits: RateLimitSettings
    /// `SIMPLETUNER_TRUSTED_PROXIES`: networks in CIDR form, besides this machine; nil trusts nobody.
    public let trustedProxies: [String]?
    /// `TUNERGATE_TRUSTED_CLIENT_HEADER`: whether `CF-Connecting-IP` is believed where `X-Forwarded-For` is.
    public let readsConnectingIP: Bool
    /// `TUNERGATE_DRAIN_SECONDS`: how long requests in flight may take to finish after a stop was asked for.
    public let drainSeconds: Int
    /// `TUNERGATE_DRAIN_DELAY_SECONDS`: how long connections are still taken then, while readiness already fails.
    public let drainDelaySeconds: Int
    /// `TUNERGATE_ADMIN_UIDS`: users besides our own and root who may command the gateway.
    public let adminUserIDs: [UInt32]
    /// The settings file that was read, to read it again; nil when there is none.
    public let configPath: String?
    /// `TUNERGATE_SUPERVISED=1`, set by `tunergate up`: stop when standard input ends, so that nothing outlives it.
    public let isSupervised: Bool

    /// Every setting as it was found, and where, in the order of the table.
    public let origins: [ResolvedSetting]

    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - file: The settings file, if there is one; the environment wins over it.
    ///   - environment: The process's environment.
    ///   - cores: The number of processors, the default number of workers.
    /// - Throws: ``SettingsErrors`` with everything that cannot be used.
    public init(file: SettingsFile?, environment: Environment, cores: Int) throws(SettingsErrors) {
        let values = try SettingsValues(for: .gateway, file: file, environment: environment, cores: cores)
        paths = StatePaths(values)
        log = LogSettings(values)
        accessLog = values.text("log.access")
        tlsListen = values.listenAddress("listen.tls")
        localListen = values.listenAddress("listen.local")
        proxyProtocolSources = values.list("listen.proxy_protocol_from")
        tls = TLSSettings(values)
        publicHost = values.publicURL("public_url")?.host
        upstream = values.upstream("upstream")
        workers = values.integer("workers")
        limits = GatewayLimits(values)
        rateLimits = RateLimitSettings(values)
        let proxies = values.list("trusted_proxies")
        trustedProxies = proxies == ["none"] ? nil : proxies
        readsConnectingIP = values.text("trusted_client_header") == "CF-Connecting-IP"
        drainSeconds = values.integer("drain.seconds")
        drainDelaySeconds = values.integer("drain.delay_seconds")
        adminUserIDs = values.userIDs("admin_uids")
        configPath = file?.path
        isSupervised = environment["TUNERGATE_SUPERVISED"] == "1"
        origins = values.resolved
    }

    /// Reads the settings from the environment alone.
    ///
    /// - Parameters:
    ///   - environment: The process's environment.
    ///   - cores: The number of processors.
    /// - Throws: ``SettingsErrors`` with everything that cannot be used.
    public init(environment: Environment, cores: Int) throws(SettingsErrors) {
        try self.init(file: nil, environment: environment, cores: cores)
    }

    /// Whether our own backend is behind this gateway, and not another server.
    public var frontsOwnBackend: Bool { upstream == .unix(path: paths.backendSocket) }

    /// The first of the certificates, served when nothing else fits; nil means the self-signed pair.
    public var certificate: TLSSettings.Pair? { tls.pairs.first }
}
