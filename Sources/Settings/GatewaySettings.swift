/// Everything that the gateway can be told, with its defaults.
public struct GatewaySettings: Sendable {
    /// A certificate chain and its private key, PEM files.
    public struct Certificate: Equatable, Sendable {
        public let chainPath: String
        public let keyPath: String
    }

    public let paths: StatePaths
    public let log: LogSettings
    /// `TUNERGATE_TLS_LISTEN`: TLS, where a plain request is served to loopback peers only.
    public let tlsListen: ListenAddress
    /// `TUNERGATE_LOCAL_LISTEN`: plain HTTP.
    public let localListen: ListenAddress
    /// `SIMPLETUNER_SSL_CERT` and `SIMPLETUNER_SSL_KEY`; nil means the self-signed pair, made when it is missing.
    public let certificate: Certificate?
    /// `SIMPLETUNER_PUBLIC_URL`'s host, a name of the self-signed certificate.
    public let publicHost: String?
    /// `TUNERGATE_WORKERS`: event loops, one thread each.
    public let workers: Int
    /// How long requests in flight may take to finish after a stop was asked for.
    public let drainSeconds = 30
    /// `TUNERGATE_SUPERVISED=1`, set by `tunergate up`: stop when standard input ends, so that nothing outlives it.
    public let isSupervised: Bool

    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - environment: The process's environment.
    ///   - cores: The number of processors, the default number of workers.
    /// - Throws: ``SettingsError`` for the first one that cannot be used.
    public init(environment: Environment, cores: Int) throws(SettingsError) {
        paths = try StatePaths(environment: environment)
        log = try LogSettings(environment: environment)
        tlsListen = try ListenAddress(
            environment["TUNERGATE_TLS_LISTEN"] ?? "0.0.0.0:8001", named: "TUNERGATE_TLS_LISTEN")
        localListen = try ListenAddress(
            environment["TUNERGATE_LOCAL_LISTEN"] ?? "127.0.0.1:8080", named: "TUNERGATE_LOCAL_LISTEN")
        workers = try environment.integer("TUNERGATE_WORKERS", default: max(1, min(cores, 64)), in: 1...64)
        certificate = try Self.certificate(environment)
        publicHost = try PublicURL(environment: environment)?.host
        isSupervised = environment["TUNERGATE_SUPERVISED"] == "1"
    }

    private static func certificate(_ environment: Environment) throws(SettingsError) -> Certificate? {
        switch (environment["SIMPLETUNER_SSL_CERT"], environment["SIMPLETUNER_SSL_KEY"]) {
        case (nil, nil): return nil
        case (let chain?, let key?): return Certificate(chainPath: chain, keyPath: key)
        case (_?, nil):
            throw SettingsError(
                setting: "SIMPLETUNER_SSL_KEY", problem: "is not set, but SIMPLETUNER_SSL_CERT is",
                remedy: "Set both or none.")
        case (nil, _?):
            throw SettingsError(
                setting: "SIMPLETUNER_SSL_CERT", problem: "is not set, but SIMPLETUNER_SSL_KEY is",
                remedy: "Set both or none.")
        }
    }
}
