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
    /// Where SimpleTuner's own server makes it.
    public var simpleTunersDatabase: String { root + "/cloud/jobs.db" }
    /// The key that upload tokens are made from; 32 random bytes, mode 0600.
    public var tokenKey: String { cloudFolder + "/token.key" }
    /// The key that the audit trail is chained with; not beside the database, whose readers must not have it.
    public var auditKey: String { root + "/audit.key" }
    /// The last head of the audit trail's chain, outside the database, so that an older database is noticed.
    public var auditHead: String { root + "/audit.head" }
    /// Made by an operator who lost the audit key: the next start puts the old trail aside, and removes this.
    public var auditReset: String { root + "/audit.reset" }
    /// Where the gateway leaves its audit events.
    public var auditSpool: String { runtime + "/audit" }
    /// Where the gateway leaves webhooks that came while the backend was away.
    public var inbox: String { runtime + "/inbox" }
    public var outputs: String { root + "/outputs" }
    public var selfSignedCertificate: String { root + "/tls/self-signed.crt" }
    public var selfSignedKey: String { root + "/tls/self-signed.key" }
    public var backendSocket: String { runtime + "/backend.sock" }
    /// What the backend tells the gateway, in the folder that the gateway watches.
    public var policyFile: String { runtime + "/policy.json" }
    /// Where the gateway takes commands and tells how it is.
    public var gatewaySocket: String { runtime + "/gateway.sock" }

    /// A Unix socket's path is at most 107 bytes long on Linux (`sun_path`, unix(7)).
    static let socketPathMax = 107

    init(_ values: SettingsValues) {
        root = values.folder("state_dir")
        runtime = values.folder("runtime_dir")
    }
}
