internal import Subprocess
internal import SystemPackage

/// How a program from outside ended and what it said.
public struct ToolResult: Sendable {
    /// 128 and the signal's number when a signal ended it.
    public let exitCode: Int32
    public let output: String
    public let errors: String
}

/// A program from outside: curl, openssl, promtool.
public struct Tool: Sendable {
    static let outputBytesMax = 16 * 1024 * 1024

    private let executable: Executable

    /// A program found in `PATH`.
    public init(_ name: String) {
        executable = .name(name)
    }

    public init(path: String) {
        executable = .path(FilePath(path))
    }

    /// Runs it to its end, and kills it when that takes too long.
    ///
    /// - Parameters:
    ///   - arguments: What follows the name.
    ///   - input: Its standard input.
    ///   - environment: What it finds there beyond our own environment; nil takes a variable away.
    ///   - patience: How long it may take.
    /// - Returns: How it ended.
    /// - Throws: When it cannot be started or does not end.
    public func run(
        _ arguments: [String], input: String = "", environment: [String: String?] = [:],
        patience: Duration = .seconds(120)
    ) async throws -> ToolResult {
        var changes: [Environment.Key: String?] = [:]
        for (name, value) in environment { changes[Environment.Key(stringLiteral: name)] = .some(value) }
        let inherited = Environment.inherit.updating(changes)
        let result = try await withThrowingTaskGroup(of: ToolResult?.self) { group in
            group.addTask {
                let ended = try await Subprocess.run(
                    executable, arguments: Arguments(arguments), environment: inherited,
                    input: .string(input), output: .string(limit: Self.outputBytesMax),
                    error: .string(limit: Self.outputBytesMax)
                )
                return ToolResult(
                    exitCode: ended.terminationStatus.shellCode, output: ended.standardOutput,
                    errors: ended.standardError)
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let result else { throw NeverHappened(what: "\(executable) ended", patience: patience) }
        return result
    }
}

extension TerminationStatus {
    var shellCode: Int32 {
        switch self {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }
}
