/// Everything that the backend can be told.
///
/// What each means, its range and its default are in ``Schema``.
public struct BackendSettings: Sendable {
    public let paths: StatePaths
    public let log: LogSettings
    /// `SIMPLETUNER_PUBLIC_URL`; nil when the world was not given an address yet.
    public let publicURL: PublicURL?
    /// `TUNERGATE_REPLICATE_URL`, unless the provider's own `api_base_url` says otherwise.
    public let replicateURL: String
    /// `TUNERGATE_REPLICATE_STATUS_URL`.
    public let replicateStatusURL: String
    /// `REPLICATE_API_TOKEN`.
    ///
    /// A secret: never log it.
    public let replicateToken: String?
    /// `CLOUD_WEBHOOK_SECRET` (`whsec_…`): used instead of asking the provider.
    ///
    /// A secret: never log it.
    public let webhookSecret: String?
    /// `SIMPLETUNER_WEBHOOK_TIMESTAMP_TOLERANCE`: how far the time in a signed webhook may be from ours, both ways.
    public let webhookToleranceSeconds: Int
    /// `HF_TOKEN`.
    ///
    /// A secret: never log it.
    public let hubToken: String?
    /// `SIMPLETUNER_HTTP_TIMEOUT`: whole seconds that a call to a provider may take.
    public let httpTimeoutSeconds: Int
    /// How calls leave this machine, unless a provider's configuration says otherwise.
    public let outbound: OutboundEnvironment
    /// Where secrets are that are neither in the environment nor in the file.
    public let remoteSecrets: RemoteSecretSettings
    /// `SIMPLETUNER_AUDIT_KEY`: the key of the audit trail's chain, its own bytes; nil for one in a file.
    ///
    /// A secret: never log it.
    public let auditKey: String?
    /// `SIMPLETUNER_JOB_RETENTION_DAYS`: how long a job is kept after its end; 0 for ever.
    public let jobRetentionDays: Int
    /// `SIMPLETUNER_AUDIT_RETENTION_DAYS`: how long an audit entry is kept; 0 for ever.
    public let auditRetentionDays: Int
    /// `TUNERGATE_AUDIT_ENTRIES`: how many are kept.
    public let auditEntriesMax: Int
    /// `ALLOWED_ORIGINS`: pages that may use the API, as scheme, host and port in small letters.
    public let allowedOrigins: [String]
    /// `TUNERGATE_SINGLE_USER=anybody`: while there are no accounts, every client administers, not this machine alone.
    public let admitsAnybody: Bool
    /// `TUNERGATE_PEER_UIDS`: users besides our own and root whose processes may talk to the socket.
    public let peerUserIDs: [UInt32]
    /// `TUNERGATE_SUPERVISED=1`, set by `tunergate up`: stop when standard input ends, so that nothing outlives it.
    public let isSupervised: Bool

    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - file: The settings file, if there is one; the environment wins over it.
    ///   - environment: The process's environment.
    /// - Throws: ``SettingsErrors`` with everything that cannot be used.
    public init(file: SettingsFile?, environment: Environment) throws(SettingsErrors) {
        let values = try SettingsValues(for: .backend, file: file, environment: environment, cores: 1)
        paths = StatePaths(values)
        log = LogSettings(values)
        publicURL = values.publicURL("public_url")
        replicateURL = values.text("replicate.url") ?? ""
        replicateStatusURL = values.text("replicate.status_url") ?? ""
        replicateToken = values.text("replicate.token")
        webhookSecret = values.text("replicate.webhook_secret")
        webhookToleranceSeconds = values.integer("webhooks.tolerance_seconds")
        hubToken = values.text("hub.token")
        httpTimeoutSeconds = values.integer("http.timeout_seconds")
        outbound = OutboundEnvironment(values, environment)
        remoteSecrets = RemoteSecretSettings(values)
        auditKey = values.text("audit.key")
        jobRetentionDays = values.integer("jobs.retention_days")
        auditRetentionDays = values.integer("audit.retention_days")
        auditEntriesMax = values.integer("audit.entries")
        allowedOrigins = values.list("allowed_origins")
        admitsAnybody = values.text("accounts.single_user") == "anybody"
        peerUserIDs = values.userIDs("backend.peer_uids")
        isSupervised = environment["TUNERGATE_SUPERVISED"] == "1"
    }

    /// Reads the settings from the environment alone.
    ///
    /// - Parameter environment: The process's environment.
    /// - Throws: ``SettingsErrors`` with everything that cannot be used.
    public init(environment: Environment) throws(SettingsErrors) {
        try self.init(file: nil, environment: environment)
    }
}
