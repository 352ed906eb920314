import Subprocess
import Testing

/// What a command prints; a failure of it is a failure of the test.
func output(of command: String, _ arguments: [String]) async throws -> String {
    let result = try await run(
        .name(command), arguments: Arguments(arguments), output: .string(limit: 16 << 20),
        error: .string(limit: 1 << 16)
    )
    try #require(result.terminationStatus.isSuccess, "\(command) failed: \(result.standardError)")
    return result.standardOutput
}
