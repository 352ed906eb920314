public import ArgumentParser
internal import FoundationEssentials
internal import Logging
internal import Settings
internal import Telemetry
internal import UnixSignals

/// `tunergate gateway`: the gateway alone, as one process among others of a host's own supervisor.
public struct GatewayCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "gateway", abstract: "Run the gateway alone, as one process.")

    @OptionGroup var config: ConfigOption

    public init() {}

    public func run() async throws {
        // First of all: a signal that comes while the gateway starts shall stop it in good order.
        let signals = await SignalDesk.open()
        let keeper: GatewayKeeper
        do {
            let environment = config.environment
            let settings = try GatewaySettings(
                file: SettingsFile(environment: environment), environment: environment,
                cores: ProcessInfo.processInfo.activeProcessorCount)
            try Telemetry.bootstrapLogging(settings.log) { Int64(Date().timeIntervalSince1970 * 1000) }
            let folder = try ProgramFolder.own(giving: config.variables)
            keeper = GatewayKeeper(
                program: try folder.gateway(settings: settings), control: GatewayControl(settings), restarts: false,
                log: Logger(label: "tunergate"))
        } catch {
            throw Terminal.refuse(error)
        }
        throw ExitCode(await run(keeper, signals))
    }

    /// Runs it until it ends or a signal asks for that.
    ///
    /// - Returns: Its exit code, which becomes ours.
    private func run(_ keeper: GatewayKeeper, _ signals: UnixSignalsSequence) async -> Int32 {
        let (wishes, successors) = AsyncStream.makeStream(of: Void.self)
        let desk = SignalDesk(signals: signals, control: keeper.control, successors: successors, log: keeper.log)
        return await withTaskGroup(of: ProgramEnding?.self) { group in
            group.addTask { await keeper.keepAlive(successorsWhen: wishes) }
            group.addTask {
                await desk.serve()
                return nil
            }
            var code: Int32 = 0
            for await ending in group {
                group.cancelAll()
                if let ending { code = ending.exitCode }
            }
            return code
        }
    }
}

/// `tunergate backend`: the backend alone.
public struct BackendCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "backend", abstract: "Run the backend alone, as one process.")

    @OptionGroup var config: ConfigOption

    public init() {}

    public func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        do {
            let backend = try ProgramFolder.own(giving: config.variables).backend()
            throw ExitCode(try await Self.live(backend, until: signals))
        } catch let code as ExitCode {
            throw code
        } catch {
            throw Terminal.refuse(error)
        }
    }

    private static func live(_ program: Program, until signals: UnixSignalsSequence) async throws -> Int32 {
        try await withThrowingTaskGroup(of: ProgramEnding?.self) { group in
            group.addTask { try await program.live() }
            group.addTask {
                _ = await signals.first { _ in true }
                return nil
            }
            var code: Int32 = 0
            for try await ending in group {
                group.cancelAll()
                if let ending { code = ending.exitCode }
            }
            return code
        }
    }
}
