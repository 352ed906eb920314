import JSON
import Jobs
import NetworkAddress
import Settings

/// What was configured for a provider, as values.
///
/// Reads only what `ProviderConfigurationChange` let in, so that a member which is not as expected counts as absent.
struct ProviderConfiguration: Sendable {
    /// The members as they are stored and shown.
    let members: [String: JSONValue]

    /// Who may send webhooks; empty means everybody.
    var webhookAllowedIPs: [CIDRBlock] {
        members["webhook_allowed_ips"]?.elements?.compactMap { $0.text.flatMap { CIDRBlock($0) } } ?? []
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

    var prices: HardwarePrices {
        let info = members["hardware_info"]?.members ?? [:]
        return HardwarePrices(perSecond: info.compactMapValues { $0["cost_per_second"]?.double })
    }
}
