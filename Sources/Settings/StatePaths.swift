/// Where an installation keeps its state: one folder, with the names that SimpleTuner's users know.
///
/// Knows names only: whoever opens a file makes its folder.
public struct StatePaths: Equatable, Sendable {
    /// `SIMPLETUNER_STATE_DIR`, else `~/.simpletuner`.
    public let root: String
    /// What both processes share while they run: sockets, spool, policy.
    ///
    /// `TUNERGATE_RUNTIME_DIR`, else `run` below the root.
    public let runtime: String

    public var cloudFolder: String { root + "/config/cloud" }
    public var database: String { cloudFolder + "/jobs.db" }
    /// The key that upload tokens are made from; 32 random bytes, mode 0600.
    public var tokenKey: String { cloudFolder + "/token.key" }
    public var outputs: String { root + "/outputs" }
    public var selfSignedCertificate: String { root + "/tls/self-signed.crt" }
    public var selfSignedKey: String { root + "/tls/self-signed.key" }
    public var backendSocket: String { runtime + "/backend.sock" }

    /// A Unix socket's path is at most 107 bytes long on Linux (`sun_path`, unix(7)).
    static let socketPathMax = 107

    init(environment: Environment) throws(SettingsError) {
        if let state = environment["SIMPLETUNER_STATE_DIR"] {
            root = try Self.absolute(state, named: "SIMPLETUNER_STATE_DIR")
        } else if let home = environment["HOME"] {
            root = try Self.absolute(home, named: "HOME") + "/.simpletuner"
        } else {
            throw SettingsError(
                setting: "SIMPLETUNER_STATE_DIR",
                problem: "is not set and there is no HOME to derive it from",
                remedy: "Set it to a folder that this process may write."
            )
        }
        if let runtime = environment["TUNERGATE_RUNTIME_DIR"] {
            self.runtime = try Self.absolute(runtime, named: "TUNERGATE_RUNTIME_DIR")
        } else {
            runtime = root + "/run"
        }
        guard backendSocket.utf8.count <= Self.socketPathMax else {
            throw SettingsError(
                setting: "TUNERGATE_RUNTIME_DIR",
                problem:
                    "gives the socket path \(backendSocket), longer than the \(Self.socketPathMax) bytes that Linux allows",
                remedy: "Set it to a shorter path, such as /run/tunergate."
            )
        }
    }

    private static func absolute(_ path: String, named name: String) throws(SettingsError) -> String {
        guard path.hasPrefix("/") else {
            throw SettingsError(
                setting: name, problem: "is \"\(path)\", not an absolute path", remedy: "Begin it with /.")
        }
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}
