import GatePolicy
import JSON
import Jobs
import Settings

/// What was configured for a provider, as values.
///
/// Reads only what `ProviderConfigurationChange` let in, so that a member which is not as expected counts as absent.
struct ProviderConfiguration: Sendable {
    /// The members as they are stored and shown.
    let members: [String: JSONValue]

    /// The networks that were listed, as they were written.
    private var webhookAllowedIPs: [String] {
        members["webhook_allowed_ips"]?.elements?.compactMap(\.text) ?? []
    }

    /// Whether the list of networks holds: a list holds unless it was switched off.
    var isAllowlistEnabled: Bool {
        members["webhook_ip_allowlist_enabled"]?.bool ?? !webhookAllowedIPs.isEmpty
    }

    /// Who may send webhooks; empty means everybody.
    var effectiveAllowlist: [String] { isAllowlistEnabled ? webhookAllowedIPs : [] }

    /// The limit of its webhooks, where one was set; what was left out of it is as in the table of standard rules.
    var webhookLimit: LimitOverride? { limit("webhook_rate_limit", calls: 100) }

    /// The limit of uploads, likewise.
    var storageLimit: LimitOverride? { limit("s3_rate_limit", calls: 50) }

    private func limit(_ key: String, calls: Int) -> LimitOverride? {
        let (most, window) = (members[key + "_max"]?.integer, members[key + "_window"]?.integer)
        guard most != nil || window != nil else { return nil }
        return LimitOverride(calls: most ?? calls, periodSeconds: window ?? 60)
    }

    var requiresSignature: Bool { members["webhook_require_signature"]?.bool ?? true }
    var webhookURL: String? { members["webhook_url"]?.text }
    var apiBaseURL: String? { members["api_base_url"]?.text }
    var httpTimeout: Duration? { members["http_timeout"]?.double.map { .seconds($0) } }
    var publicURL: PublicURL? { members["s3_public_url"]?.text.flatMap { PublicURL($0) } }
    var isStorageEnabled: Bool { members["s3_endpoint_enabled"]?.bool ?? true }
    var versionOverride: String? { members["version_override"]?.text }
    var hardwareProfile: HardwareProfile? {
        members["hardware_profile"]?.text.flatMap { HardwareProfile(rawValue: $0) }
    }

    /// The limit on what jobs may cost; nil without one.
    ///
    /// Where only its action or its period cannot be read, it blocks, and by the month.
    var costLimit: CostLimit? {
        guard members["cost_limit_enabled"]?.bool == true, let amount = members["cost_limit_amount"]?.double else {
            return nil
        }
        let period = members["cost_limit_period"]?.text.flatMap { CostLimit.Period(rawValue: $0) }
        let action = members["cost_limit_action"]?.text.flatMap { CostLimit.Action(rawValue: $0) }
        return CostLimit(amount: amount, period: period ?? .monthly, action: action ?? .block)
    }

    var prices: HardwarePrices {
        let info = members["hardware_info"]?.members ?? [:]
        return HardwarePrices(perSecond: info.compactMapValues { $0["cost_per_second"]?.double })
    }
}
