internal import FoundationEssentials
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// One run of `tunergate` with a state folder and ports of its own.
struct Launch: Sendable {
    /// Longer than the program itself may take to stop its children.
    static let stopPatience: Duration = .seconds(80)

    let arguments: [String]
    let environment: [String: String]
    let state: StateFolder
    private let ended = Ended()

    private final class Ended: Sendable {
        let exitCode = Mutex<Int32?>(nil)
    }

    init(_ arguments: [String], environment: [String: String], state: StateFolder) {
        self.arguments = arguments
        self.state = state
        var complete = ["SIMPLETUNER_STATE_DIR": state.path, "HOME": state.path]
        for name in ["PATH", "LD_LIBRARY_PATH"] {
            complete[name] = ProcessInfo.processInfo.environment[name]
        }
        self.environment = complete.merging(environment) { _, own in own }
    }

    var output: String { state.text("up.out") }
    var log: String { state.text("up.log") }
    var exitCode: Int32? { ended.exitCode.withLock { $0 } }
    var processes: [RunningProcess] {
        RunningProcess.withStateFolder(environment["SIMPLETUNER_STATE_DIR"] ?? state.path)
    }

    /// Runs the program beside the body, and ends whatever is left of it afterwards.
    ///
    /// - Parameter body: Runs once the program was started, ready or not.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws, or that the program cannot be started.
    func beside<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        defer {
            for process in processes { process.send(Signal.kill.rawValue) }
        }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await run() }
            do {
                let result = try await body()
                group.cancelAll()
                try await group.waitForAll()
                return result
            } catch {
                group.cancelAll()
                throw error
            }
        }
    }

    /// Waits for the program's own end.
    func end() async throws -> Int32 {
        try await wait(until: "tunergate \(arguments) ended", patience: Self.stopPatience) { exitCode }
    }

    private func run() async throws {
        var variables: [Environment.Key: String] = [:]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        var options = PlatformOptions()
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: Self.stopPatience)]
        let result = try await Subprocess.run(
            .path(try ProductFolder.find().appending("tunergate")),
            arguments: Arguments(arguments),
            environment: .custom(variables),
            platformOptions: options,
            output: .fileDescriptor(try open("up.out"), closeAfterSpawningProcess: true),
            error: .fileDescriptor(try open("up.log"), closeAfterSpawningProcess: true)
        )
        ended.exitCode.withLock { $0 = result.terminationStatus.shellCode }
    }

    private func open(_ name: String) throws -> FileDescriptor {
        try FileDescriptor.open(
            FilePath(state.file(name)), .writeOnly, options: [.create, .append], permissions: .ownerReadWrite)
    }
}
