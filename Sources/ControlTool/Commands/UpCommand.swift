public import ArgumentParser
internal import FoundationEssentials
internal import Logging
internal import Settings
internal import Telemetry

/// `tunergate up`: both programs, supervised, until a signal asks for the end.
public struct UpCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Run the gateway and the backend until stopped.",
        discussion: """
            Prints one line beginning with "ready" once both serve. A program that crashes is started again. SIGTERM \
            or SIGINT stops the gateway, then the backend; SIGHUP has the settings read again. "tunergate check --manual" lists all settings.
            """
    )

    @OptionGroup var config: ConfigOption

    public init() {}

    public func run() async throws {
        // First of all: a signal that comes while the programs start shall stop them in good order.
        let signals = await SignalDesk.open()
        let supervisor: Supervisor
        let urls: LocalURLs
        do {
            let environment = config.environment
            let file = SettingsFile(environment: environment)
            let cores = ProcessInfo.processInfo.activeProcessorCount
            // Both programs' at once, so that everything wrong is told once and nothing is started.
            _ = try SettingsReport(file: file, environment: environment, cores: cores)
            let gateway = try GatewaySettings(file: file, environment: environment, cores: cores)
            urls = LocalURLs(tls: gateway.tlsListen, local: gateway.localListen)
            try Telemetry.bootstrapLogging(gateway.log) { Int64(Date().timeIntervalSince1970 * 1000) }
            try StateFolderCheck.check(gateway.paths)
            try await PortCheck.check(gateway)
            let folder = try ProgramFolder.own(giving: config.variables)
            let log = Logger(label: "tunergate")
            let keeper = GatewayKeeper(
                program: try folder.gateway(settings: gateway), control: GatewayControl(gateway), restarts: true,
                log: log)
            supervisor = Supervisor(gateway: keeper, backend: try folder.backend(), log: log)
        } catch {
            throw Terminal.refuse(error)
        }
        let (wishes, successors) = AsyncStream.makeStream(of: Void.self)
        let desk = SignalDesk(
            signals: signals, control: supervisor.gateway.control, successors: successors, log: supervisor.log)
        let code = await supervisor.run(
            until: { await desk.serve() },
            successorsWhen: wishes,
            announcing: {
                if await Readiness(url: urls.plain).arrive() {
                    // A closed standard output is no reason to stop serving.
                    try? Terminal.say(urls.readyLine)
                }
            }
        )
        throw ExitCode(code)
    }
}
