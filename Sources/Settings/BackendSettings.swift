/// Everything that the backend can be told, with its defaults.
public struct BackendSettings: Sendable {
    public let paths: StatePaths
    public let log: LogSettings
    /// `SIMPLETUNER_PUBLIC_URL`; nil when the world was not given an address yet.
    public let publicURL: PublicURL?
    /// `TUNERGATE_REPLICATE_URL`, unless the provider's own `api_base_url` says otherwise.
    public let replicateURL: String
    /// `REPLICATE_API_TOKEN`.
    ///
    /// A secret: never log it.
    public let replicateToken: String?
    /// `CLOUD_WEBHOOK_SECRET` (`whsec_…`): used instead of asking the provider.
    ///
    /// A secret: never log it.
    public let webhookSecret: String?
    /// `SIMPLETUNER_HTTP_TIMEOUT`: whole seconds that a call to a provider may take.
    public let httpTimeoutSeconds: Int
    /// `TUNERGATE_PEER_UIDS`: users besides our own and root whose processes may talk to the socket.
    public let peerUserIDs: [UInt32]
    /// `TUNERGATE_SUPERVISED=1`, set by `tunergate up`: stop when standard input ends, so that nothing outlives it.
    public let isSupervised: Bool

    public init(environment: Environment) throws(SettingsError) {
        paths = try StatePaths(environment: environment)
        log = try LogSettings(environment: environment)
        publicURL = try PublicURL(environment: environment)
        replicateURL = environment["TUNERGATE_REPLICATE_URL"] ?? "https://api.replicate.com/v1"
        replicateToken = environment["REPLICATE_API_TOKEN"]
        webhookSecret = environment["CLOUD_WEBHOOK_SECRET"]
        httpTimeoutSeconds = try environment.integer("SIMPLETUNER_HTTP_TIMEOUT", default: 30, in: 1...3600)
        peerUserIDs = try Self.userIDs(environment["TUNERGATE_PEER_UIDS"] ?? "")
        isSupervised = environment["TUNERGATE_SUPERVISED"] == "1"
    }

    private static func userIDs(_ text: String) throws(SettingsError) -> [UInt32] {
        var ids: [UInt32] = []
        for word in text.split(separator: ",") {
            guard let id = UInt32(word) else {
                throw SettingsError(
                    setting: "TUNERGATE_PEER_UIDS", problem: "is \"\(text)\"", remedy: "List user ids, as in 991,992.")
            }
            ids.append(id)
        }
        return ids
    }
}
