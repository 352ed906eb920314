internal import Logging
internal import NetworkAddress
internal import Reactor
public import Settings
internal import TLSSession
internal import Telemetry

/// The gateway process: TLS at the door, the backend behind it.
public struct Gateway {
    /// Exit code of a process whose settings cannot work, so that starting it again would not help (EX_CONFIG).
    public static let configurationExitCode: Int32 = 78

    private let settings: GatewaySettings
    private let logger: Logger

    /// - Parameter settings: Read and checked.
    /// - Throws: ``SettingsError`` when the log file cannot be opened.
    public init(settings: GatewaySettings) throws(SettingsError) {
        self.settings = settings
        try Telemetry.bootstrapLogging(settings.log, clock: WallClock.milliseconds)
        logger = Logger(label: "simpletuner.gateway")
    }

    /// Serves until it is told to stop.
    ///
    /// - Throws: ``StartError`` with one sentence for the operator.
    public func run() throws(StartError) {
        let signals: StopSignals
        do {
            // Before any thread starts: they inherit that the signals are blocked.
            signals = try StopSignals()
        } catch {
            throw StartError("Cannot watch for signals: \(error).")
        }
        let tls = try CertificateStore(settings: settings, logger: logger).load()
        let doors = Doors(settings: settings)
        try doors.probe()
        let shared = Worker.Shared(upstreamPath: settings.paths.backendSocket, tls: tls)
        let crew = try Crew(count: settings.workers, shared: shared, doors: doors)
        logger.info(
            "Gateway started",
            metadata: [
                "tls": "\(settings.tlsListen)", "local": "\(settings.localListen)", "workers": "\(settings.workers)",
            ]
        )
        let watch = StopWatch(
            isSupervised: settings.isSupervised, drainSeconds: settings.drainSeconds, logger: logger
        )
        try watch.waitForStop(of: crew, signals: signals)
        logger.info("Gateway stopped")
    }
}

/// Why the gateway does not start: what, and what to do.
public struct StartError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
