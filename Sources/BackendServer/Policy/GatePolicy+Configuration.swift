import Crypto
import FoundationEssentials
import GatePolicy
import Storage

extension GatePolicy {
    /// The path of the rule for uploads, as the table of standard rules has it.
    private static let storagePath = "/api/cloud/storage/"

    /// What the gateway has to know of what is configured.
    ///
    /// - Parameters:
    ///   - version: Its version.
    ///   - configs: What was set for each provider; names that we do not know count as absent.
    init(version: Int, configs: ProviderConfigs) {
        var providers: [String: ProviderPolicy] = [:]
        var limits: [String: LimitOverride] = [:]
        var switches = PolicySwitches(servesStorage: false)
        for name in ProviderName.allCases {
            let configuration = ProviderConfiguration(members: configs[name.rawValue] ?? [:])
            providers[name.rawValue] = ProviderPolicy(
                webhookAllowedIPs: configuration.effectiveAllowlist, webhookLimit: configuration.webhookLimit)
            // The storage is one for all, so what one provider's jobs need holds for all.
            if let limit = configuration.storageLimit { limits[Self.storagePath] = limit }
            if configuration.isStorageEnabled { switches.servesStorage = true }
        }
        self.init(version: version, providers: providers, limits: limits, switches: switches)
    }

    /// The document; equal policies have equal bytes.
    var document: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return Array(try encoder.encode(self))
        }
    }

    /// What tells the policy from one that differs in more than its version.
    var fingerprint: String {
        get throws {
            var policy = self
            policy.version = 0
            return SHA256.hash(data: try policy.document).map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
        }
    }

    static func fingerprint(of configs: ProviderConfigs) throws -> String {
        try GatePolicy(version: 0, configs: configs).fingerprint
    }
}
