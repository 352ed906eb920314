internal import FoundationEssentials
internal import SystemPackage

extension Installation {
    /// Runs a command of the command line against this installation.
    ///
    /// - Parameters:
    ///   - arguments: The command and what follows it.
    ///   - environment: Settings beyond the folder.
    /// - Returns: How it ended and what it said.
    /// - Throws: When it cannot be started or does not end.
    public func command(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> ToolResult {
        let own = ["SIMPLETUNER_STATE_DIR": state.path, "HOME": state.path]
        let tool = Tool(path: try ProductFolder.find().appending("tunergate").string)
        return try await tool.run(arguments, environment: own.merging(environment) { _, new in new })
    }

    /// Asks the gateway's control socket, as a script does.
    ///
    /// - Parameters:
    ///   - method: GET or POST.
    ///   - target: Path and query.
    /// - Returns: The status, and the body.
    /// - Throws: When curl gets no answer.
    public func control(_ method: String, _ target: String) async throws -> (status: Int, text: String) {
        let result = try await Tool("curl").run([
            "--silent", "--show-error", "--request", method, "--unix-socket", state.file("run/gateway.sock"),
            "--write-out", "%{http_code}", "http://gateway" + target,
        ])
        guard result.exitCode == 0, let status = Int(result.output.suffix(3)) else {
            throw PythonScript.Failure(description: "curl ended with \(result.exitCode): \(result.errors)")
        }
        return (status, String(result.output.dropLast(3)))
    }
}

/// One of the plays of Tests/Fixtures/lifecycle.py, with gateways of its own.
public enum LifecyclePlay {
    /// Plays it to the end.
    ///
    /// - Parameter name: The play.
    /// - Returns: The facts that it found.
    /// - Throws: When it was not played to the end.
    public static func play(_ name: String) async throws -> JSON {
        try await StateFolder.temporary { folder in
            try await PythonScript("lifecycle.py").run([name, try ProductFolder.find().string, folder.path])
        }
    }
}

extension StateFolder {
    /// Writes a file, or replaces it.
    ///
    /// - Parameters:
    ///   - text: What is in it.
    ///   - name: Its name.
    /// - Throws: When it cannot be written.
    public func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: file(name)), options: .atomic)
    }
}
