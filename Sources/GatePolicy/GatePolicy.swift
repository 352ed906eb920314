/// What the backend tells the gateway: `runtime/policy.json`.
///
/// Each side ignores fields that it does not know, and takes the default for those that are missing, so that an older
/// one works with a newer. It is text as it was written; ``CompiledPolicy`` is what a request is judged by.
///
/// ```json
/// {
///   "version": 7,
///   "providers": {
///     "replicate": {
///       "webhook_allowed_ips": ["34.82.0.0/16", "2001:db8::1"],
///       "webhook_limit": {"calls": 100, "period_seconds": 60}
///     }
///   },
///   "limits": {"/api/cloud/storage/": {"calls": 50, "period_seconds": 60}},
///   "switches": {"rate_limits": true, "storage": true, "webhook_inbox": true}
/// }
/// ```
public struct GatePolicy: Hashable, Sendable {
    /// Grows with each change; the gateway tells which it has applied.
    public var version: Int
    /// By name; nil when the names are not known, and then every name passes, for the backend to judge.
    ///
    /// The field must be there in a document, if only as null: without it, a slip of the pen would open every list.
    public var providers: [String: ProviderPolicy]?
    /// Limits in place of those of the rules with these patterns, as the table of standard rules has them.
    public var limits: [String: LimitOverride]
    public var switches: PolicySwitches

    public init(
        version: Int, providers: [String: ProviderPolicy]?, limits: [String: LimitOverride] = [:],
        switches: PolicySwitches = PolicySwitches()
    ) {
        self.version = version
        self.providers = providers
        self.limits = limits
        self.switches = switches
    }

    /// What a gateway goes by that has never heard of its backend: it lets through what its own settings allow.
    public static var initial: GatePolicy { GatePolicy(version: 0, providers: nil) }

    /// How much of a policy there may be.
    public enum Bounds {
        /// The file; a reader refuses a longer one unread.
        public static let bytes = 16 << 20
        public static let providers = 64
        public static let nameBytes = 64
        /// Networks of one provider.
        public static let networks = 16384
        public static let limits = 256
        public static let patternBytes = 256
        public static let calls = 0...1_000_000
        public static let periodSeconds = 1...86_400
    }
}

extension GatePolicy: Codable {
    private enum CodingKeys: String, CodingKey {
        case version
        case providers
        case limits
        case switches
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        version = try fields.decode(Int.self, forKey: .version)
        providers = try fields.decode([String: ProviderPolicy]?.self, forKey: .providers)
        limits = try fields.decodeIfPresent([String: LimitOverride].self, forKey: .limits) ?? [:]
        switches = try fields.decodeIfPresent(PolicySwitches.self, forKey: .switches) ?? PolicySwitches()
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(version, forKey: .version)
        try fields.encode(providers, forKey: .providers)
        try fields.encode(limits, forKey: .limits)
        try fields.encode(switches, forKey: .switches)
    }
}
