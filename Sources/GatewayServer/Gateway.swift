internal import Logging
internal import Reactor
internal import Settings
internal import TLSSession
internal import Telemetry

/// The gateway process: TLS at the door, the backend behind it.
public struct Gateway {
    /// Exit code of a process whose settings cannot work, so that starting it again would not help (EX_CONFIG).
    public static let configurationExitCode: Int32 = 78

    private let source: SettingsSource
    private let settings: GatewaySettings
    private let circumstances: StartCircumstances
    private let logger: Logger

    /// - Parameters:
    ///   - source: Where the settings are.
    ///   - arguments: The process's arguments without its name, to start a successor in the same way.
    /// - Throws: ``SettingsErrors`` and ``StartError``, with what to do.
    public init(source: SettingsSource, arguments: [String]) throws {
        self.source = source
        settings = try source.read()
        circumstances = try StartCircumstances(variables: source.variables, arguments: arguments)
        try Telemetry.bootstrapLogging(settings.log, clock: WallClock.milliseconds)
        logger = Logger(label: "simpletuner.gateway")
    }

    /// Serves until it is told to stop, or a successor has taken over and nothing is left in flight.
    ///
    /// - Throws: ``StartError`` with one sentence for the operator.
    public func run() throws {
        // Before any thread starts: they inherit that the signals are blocked.
        let signals = try prepare()
        let predecessor = try findPredecessor()
        let certificates = try CertificateStore(settings: settings, logger: logger)
        let policy = try PolicyStore(folder: settings.paths.runtime, logger: logger)
        let audit = try RefusalAudit(folder: settings.paths.auditSpool, logger: logger)
        let inbox = try Inbox(folder: settings.paths.inbox, logger: logger)
        var opened: Doors.Opened? = try openDoors(predecessor)
        let record = opened.map(\.record) ?? Doors.Record(listening: [], outside: [])
        let crew = try Crew(
            count: settings.workers,
            configuration: WorkerConfiguration(settings, policy: policy.policy, workers: settings.workers),
            tls: certificates.context, audit: audit, inbox: inbox,
            listeners: opened.take()?.sockets ?? [])
        let loop = try ControlLoop(
            ControlLoop.Charges(
                signals: signals, crew: crew, certificates: certificates, policy: policy, doors: record,
                circumstances: circumstances, source: source, settings: settings, logger: logger))
        try loop.listen()
        if let predecessor, !predecessor.confirm() {
            loop.withdraw()
        } else {
            circumstances.notifySocket.tell(.ready)
            logStart()
        }
        loop.run()
        logger.info("Gateway stopped")
    }

    private func prepare() throws(StartError) -> StopSignals {
        do {
            try HostProcess.makeFolder(settings.paths.runtime, mode: 0o750)
        } catch {
            throw StartError(
                "The folder \(settings.paths.runtime) cannot be made: \(error). Set TUNERGATE_RUNTIME_DIR.")
        }
        do {
            return try StopSignals()
        } catch {
            throw StartError("Cannot watch for signals: \(error).")
        }
    }

    /// The gateway that this one shall succeed.
    ///
    /// - Returns: It; nil when there is none, or this one was not started to succeed it.
    private func findPredecessor() throws(StartError) -> Predecessor? {
        let path = settings.paths.gatewaySocket
        if circumstances.takesOver {
            let predecessor = try Predecessor.find(at: path)
            if predecessor == nil { logger.warning("No gateway runs whose sockets could be taken over") }
            return predecessor
        }
        switch UnixListener.occupant(of: path) {
        case .nothing, .stale: return nil
        case .living:
            throw StartError(
                "Another gateway answers at \(path). Stop it or run tunergate upgrade, or set TUNERGATE_RUNTIME_DIR.")
        case .otherFile: throw StartError("\(path) is not a socket. Remove it, or set TUNERGATE_RUNTIME_DIR.")
        }
    }

    private func openDoors(_ predecessor: Predecessor?) throws(StartError) -> Doors.Opened {
        let doors = Doors(settings: settings, logger: logger)
        let inherited: [InheritedListener]
        if let predecessor {
            inherited = try predecessor.takeSockets()
        } else {
            inherited = try doors.adopt(circumstances.activated)
        }
        return try doors.open(workers: settings.workers, inheriting: inherited)
    }

    private func logStart() {
        logger.info(
            "Gateway started",
            metadata: [
                "tls": "\(settings.tlsListen)", "local": "\(settings.localListen)", "workers": "\(settings.workers)",
                "version": "\(ProductVersion.text)",
            ]
        )
    }
}

/// Why the gateway does not start: what, and what to do.
public struct StartError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
