internal import FoundationEssentials
internal import Subprocess

/// A real installation: the real binaries, TLS on, with ports and a state folder of its own.
public struct Installation: Sendable {
    public let state: StateFolder
    public let tlsPort: Int
    public let localPort: Int
    /// The certificate that its clients have to trust.
    public let certificatePath: String
    /// Trusts that certificate.
    public let client: APIClient
    private let launch: Launch

    /// Which of its halves run.
    public enum Extent: String, Sendable { case up, gateway }

    /// How the programs ended, or what was wrong, with the last of what they logged.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String

        init(_ cause: any Error, log: String) {
            description =
                "\(cause)\nThe programs' last words:\n\(log.split(separator: "\n").suffix(40).joined(separator: "\n"))"
        }
    }

    /// Runs an installation for as long as the body takes; nothing of it outlives this call.
    ///
    /// - Parameters:
    ///   - extent: Both programs under `tunergate up`, or the gateway alone.
    ///   - environment: Settings beyond the folder and the ports.
    ///   - seeding: Puts into the state folder what is there before the first start.
    ///   - body: Runs once the installation serves.
    /// - Returns: What the body returns.
    /// - Throws: `Failure` for whatever the body throws, and when the installation never serves.
    public static func running<Result: Sendable>(
        _ extent: Extent = .up, _ environment: [String: String] = [:],
        seeding: (StateFolder) async throws -> Void = { _ in },
        _ body: (Installation) async throws -> Result
    ) async throws -> Result {
        try await StateFolder.temporary { state in
            try await seeding(state)
            let (tlsPort, localPort) = (try await FreePort.take(), try await FreePort.take())
            let ports = [
                "TUNERGATE_TLS_LISTEN": "127.0.0.1:\(tlsPort)",
                "TUNERGATE_LOCAL_LISTEN": "127.0.0.1:\(localPort)",
                "SIMPLETUNER_PUBLIC_URL": "https://127.0.0.1:\(tlsPort)",
                // Tests ask more often than people do; those of the limits set them.
                "RATE_LIMIT_CALLS": "0",
            ]
            let launch = Launch(
                [extent.rawValue], environment: ports.merging(environment) { _, own in own }, state: state)
            do {
                return try await launch.beside {
                    try await untilServing(extent, launch, localPort)
                    let certificatePath = environment["SIMPLETUNER_SSL_CERT"] ?? state.file("tls/self-signed.crt")
                    return try await APIClient.trusting(certificatePath) { client in
                        try await body(
                            Installation(
                                state: state, tlsPort: tlsPort, localPort: localPort,
                                certificatePath: certificatePath, client: client, launch: launch))
                    }
                }
            } catch {
                throw Failure(error, log: launch.log)
            }
        }
    }

    /// Starts an installation that is expected to refuse, and waits for its end.
    ///
    /// - Parameters:
    ///   - state: Its state folder.
    ///   - environment: Settings beyond the folder; ports that are not among them are free ones.
    /// - Returns: The exit code and all it said on standard error.
    /// - Throws: When it does not end.
    public static func refusal(
        state: StateFolder, _ environment: [String: String]
    ) async throws -> (exitCode: Int32, output: String, errors: String) {
        try await StateFolder.temporary { logs in
            let defaults = [
                "SIMPLETUNER_STATE_DIR": state.path,
                "TUNERGATE_TLS_LISTEN": "127.0.0.1:\(try await FreePort.take())",
                "TUNERGATE_LOCAL_LISTEN": "127.0.0.1:\(try await FreePort.take())",
            ]
            let settings = environment.merging(defaults) { own, _ in own }
            let launch = Launch(["up"], environment: settings, state: logs)
            return try await launch.beside {
                let exitCode = try await launch.end()
                return (exitCode, launch.output, launch.log)
            }
        }
    }

    private static func untilServing(_ extent: Extent, _ launch: Launch, _ localPort: Int) async throws {
        switch extent {
        case .up:
            try await wait(until: "the ready line was printed") {
                if let code = launch.exitCode { throw EndedEarly(exitCode: code) }
                return launch.output.contains("\n")
            }
        case .gateway:
            try await APIClient.trusting(nil) { client in
                try await wait(until: "the gateway answered") {
                    if let code = launch.exitCode { throw EndedEarly(exitCode: code) }
                    return (try? await client.get("http://127.0.0.1:\(localPort)/health"))?.status == 200
                }
            }
        }
    }

    struct EndedEarly: Error { let exitCode: Int32 }

    public var secureURL: String { "https://127.0.0.1:\(tlsPort)" }
    public var plainURL: String { "http://127.0.0.1:\(localPort)" }

    /// All that was printed on standard output so far.
    public var output: String { launch.output }

    /// All that the programs wrote to standard error so far.
    public var log: String { launch.log }

    /// Its living processes, whoever their parent is.
    public var processes: [RunningProcess] { launch.processes }

    public var supervisor: RunningProcess? { process("tunergate") }
    public var gateway: RunningProcess? { process("tunergate-gateway") }
    public var backend: RunningProcess? { process("tunergate-backend") }

    private func process(_ name: String) -> RunningProcess? {
        processes.first { $0.name == name }
    }

    /// Kills the backend in the middle of whatever it does.
    ///
    /// - Returns: When it is gone, and every connection to it closed.
    /// - Throws: When it lives on.
    public func killBackend() async throws { try await kill(backend) }

    public func killGateway() async throws { try await kill(gateway) }

    /// Kills the supervisor, who then can tell nobody.
    ///
    /// - Throws: When it lives on.
    public func killSupervisor() async throws { try await kill(supervisor) }

    private func kill(_ victim: RunningProcess?) async throws {
        guard let victim else { return }
        victim.send(Signal.kill.rawValue)
        try await wait(until: "\(victim.name) was gone") { victim.hasEnded }
    }

    /// Waits until both programs serve, as after a restart.
    ///
    /// - Throws: When they do not in time.
    public func untilReady() async throws {
        try await wait(until: "both programs served again") {
            (try? await client.get(plainURL + "/api/cloud/health/ready"))?.status == 200
        }
    }

    /// Asks for a graceful stop.
    ///
    /// - Returns: The exit code.
    /// - Throws: When it does not end.
    public func stop() async throws -> Int32 {
        supervisor?.send(Signal.terminate.rawValue)
        return try await launch.end()
    }
}
