public import ArgumentParser
internal import UnixSignals

/// `tunergate gateway`: the gateway alone, as one process among others of a host's own supervisor.
public struct GatewayCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "gateway", abstract: "Run the gateway alone. All settings come from the environment.")

    public init() {}

    public func run() async throws {
        throw await SingleProgram.run { folder throws(MissingProgram) in try folder.gateway() }
    }
}

/// `tunergate backend`: the backend alone.
public struct BackendCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "backend", abstract: "Run the backend alone. All settings come from the environment.")

    public init() {}

    public func run() async throws {
        throw await SingleProgram.run { folder throws(MissingProgram) in try folder.backend() }
    }
}

/// One program in the foreground: it gets the signals, and its exit code becomes ours.
private enum SingleProgram {
    static func run(_ choose: (ProgramFolder) throws(MissingProgram) -> Program) async -> ExitCode {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        do {
            let program = try choose(try ProgramFolder.own())
            return ExitCode(try await live(program, until: signals))
        } catch {
            return Terminal.refuse(error)
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
