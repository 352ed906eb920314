import TestSupport
import Testing

extension Installation {
    /// What a script of Tests/Fixtures/data_path saw on both sides of this gateway.
    ///
    /// - Parameters:
    ///   - script: Its name without the ending.
    ///   - arguments: The scenario and what it takes.
    /// - Returns: What it printed.
    /// - Throws: When it failed.
    func seen(by script: String, _ arguments: [String]) async throws -> JSON {
        let gateway = try #require(gateway)
        return try await PythonScript("data_path/\(script).py").run(
            arguments,
            environment: [
                "TLS_PORT": "\(tlsPort)", "LOCAL_PORT": "\(localPort)", "CA_FILE": certificatePath,
                "UPSTREAM": state.file("run/backend.sock"), "GATEWAY_PID": "\(gateway.id)",
                "PYTHONDONTWRITEBYTECODE": "1",
            ])
    }

    /// Runs a gateway for one scenario, and sees to it that it is still well afterwards.
    ///
    /// - Parameters:
    ///   - script: The script's name without the ending.
    ///   - arguments: The scenario and what it takes.
    ///   - settings: The gateway's.
    /// - Returns: What the script printed.
    /// - Throws: When the script or the gateway failed.
    static func seen(
        by script: String, _ arguments: [String], settings: [String: String] = [:]
    ) async throws -> JSON {
        try await running(.gateway, settings) { tuner in
            let seen = try await tuner.seen(by: script, arguments)
            #expect(try await tuner.client.get(tuner.plainURL + "/health").status == 200)
            return seen
        }
    }
}
