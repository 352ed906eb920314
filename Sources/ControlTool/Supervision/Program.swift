internal import Logging
internal import Subprocess
internal import SystemPackage

/// One half of an installation, as an executable that can be started.
struct Program: Sendable {
    let name: String
    let executable: FilePath
    /// Variables of our environment that are none of the program's business.
    let withheld: [String]
    let lifeline: Lifeline
    /// Variables beyond our own environment.
    var given: [String: String] = [:]
    /// How long it may take to stop before it is killed.
    var stopTimeMax: Duration = .seconds(35)

    /// Starts the program and waits for its end; cancelling the task asks it to stop.
    ///
    /// It gets a process group of its own, so that Ctrl-C in a terminal reaches the supervisor alone and the order
    /// of stopping stays ours.
    ///
    /// - Parameter further: Variables for this life alone.
    /// - Returns: How it ended.
    /// - Throws: When the program cannot be started.
    func live(giving further: [String: String] = [:]) async throws -> ProgramEnding {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: stopTimeMax)]
        let result = try await Subprocess.run(
            .path(executable),
            environment: environment(further),
            platformOptions: options,
            input: .fileDescriptor(lifeline.readingEnd, closeAfterSpawningProcess: false),
            output: .currentStandardOutput,
            error: .currentStandardError
        )
        return ProgramEnding(result.terminationStatus)
    }

    private func environment(_ further: [String: String]) -> Subprocess.Environment {
        var changes: [Subprocess.Environment.Key: String?] = ["TUNERGATE_SUPERVISED": "1"]
        for (name, value) in given.merging(further, uniquingKeysWith: { $1 }) {
            changes[.init(stringLiteral: name)] = value
        }
        for name in withheld { changes[.init(stringLiteral: name)] = .some(nil) }
        return .inherit.updating(changes)
    }

    /// Starts the program again and again until the task is cancelled.
    ///
    /// - Parameter log: Gets one line for each end that nobody asked for.
    /// - Returns: The last end: of a stop that was asked for, or `refused`. Nil when it was not running at the time.
    func keepAlive(log: Logger) async -> ProgramEnding? {
        var backoff = RestartBackoff()
        while !Task.isCancelled {
            let start = ContinuousClock.now
            let ending: ProgramEnding
            do { ending = try await live() } catch { ending = .neverStarted(problem: "\(error)") }
            if ending == .refused || Task.isCancelled { return ending }
            let pause = backoff.pause(afterLifeOf: ContinuousClock.now - start)
            log.error(
                "A program ended by itself and is started again.",
                metadata: ["program": "\(name)", "ending": "\(ending)", "pause": "\(pause)"]
            )
            // Only a cancelled sleep throws, and the loop sees that for itself.
            try? await Task.sleep(for: pause)
        }
        return nil
    }
}
