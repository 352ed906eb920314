import GatePolicy
import HTTPTypes
import JSON

/// A change of a provider's configuration that was checked.
///
/// Every way to change it goes through here. An unknown key is refused by its name, so that a slip of the finger cannot
/// leave a protection off.
struct ProviderConfigurationChange: Sendable {
    /// What is set; null takes a key away.
    private let changes: [String: JSONValue]
    /// Whether the request says that whoever sent it knows what unchecked certificates mean.
    let acknowledgesRisk: Bool

    private static let acknowledgement = "acknowledge_ssl_risk"

    /// Checks a request's members.
    ///
    /// Null leaves a key alone.
    init(_ members: [String: JSONValue]) throws(Refusal) {
        var changes: [String: JSONValue] = [:]
        for (key, value) in members.sorted(by: { $0.key < $1.key }) where key != Self.acknowledgement {
            guard let check = ConfigurationChecks.all[key] else {
                throw Refusal(.badRequest, "Unknown configuration key: \(key.prefix(64))")
            }
            if !value.isNull { changes[key] = try check(key, value) }
        }
        self.changes = changes
        acknowledgesRisk = members[Self.acknowledgement]?.bool ?? false
    }

    /// The members with the change made.
    ///
    /// An address that comes back as it is shown, its login hidden, is the one that is there.
    func applied(to members: [String: JSONValue]) -> [String: JSONValue] {
        members.merging(changes) { old, new in
            guard let shown = old.text.map(MaskedURL.mask), shown == new.text else { return new }
            return old
        }
        .filter { !$0.value.isNull }
    }

    /// Whether certificates are to be left unchecked.
    var disablesVerification: Bool { changes["ssl_verify"] == false }

    /// What is set for whether certificates are checked, as the trail has it; nil when nothing is.
    var verification: String? { changes["ssl_verify"]?.bool.map { $0 ? "on" : "off" } }

    /// The names of what is set or taken away, sorted.
    var keys: [String] { changes.keys.sorted() }

    /// Whether the gateway has a part in it.
    var concernsGateway: Bool { changes.keys.contains { Self.gatewayKeys.contains($0) } }

    private static let gatewayKeys: Set = [
        "webhook_allowed_ips", "webhook_ip_allowlist_enabled", "webhook_rate_limit_max", "webhook_rate_limit_window",
        "s3_rate_limit_max", "s3_rate_limit_window", "s3_endpoint_enabled",
    ]
}
