public import ArgumentParser
internal import FoundationEssentials
internal import Logging
internal import Settings
internal import Telemetry
internal import UnixSignals

/// `tunergate up`: both programs, supervised, until a signal asks for the end.
public struct UpCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Run the gateway and the backend until stopped.",
        discussion: """
            Prints one line beginning with "ready" once both serve. A program that crashes is started again. SIGTERM \
            or SIGINT stops the gateway, then the backend. All settings come from the environment.
            """
    )

    public init() {}

    public func run() async throws {
        // First of all: a signal that comes while the programs start shall stop them in good order.
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let supervisor: Supervisor
        let urls: LocalURLs
        do {
            let environment = Environment(ProcessInfo.processInfo.environment)
            let gateway = try GatewaySettings(
                environment: environment, cores: ProcessInfo.processInfo.activeProcessorCount)
            // Read here too, so that a bad setting is told once and nothing is started.
            _ = try BackendSettings(environment: environment)
            urls = LocalURLs(tls: gateway.tlsListen, local: gateway.localListen)
            try Telemetry.bootstrapLogging(gateway.log) { Int64(Date().timeIntervalSince1970 * 1000) }
            try StateFolderCheck.check(gateway.paths)
            try await PortCheck.check(gateway)
            let folder = try ProgramFolder.own()
            supervisor = Supervisor(
                gateway: try folder.gateway(), backend: try folder.backend(), log: Logger(label: "tunergate"))
        } catch {
            throw Terminal.refuse(error)
        }
        let code = await supervisor.run(
            until: { _ = await signals.first { _ in true } },
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
