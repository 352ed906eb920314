internal import GRDB
public import JSON

/// What was set for each provider, by its name.
public typealias ProviderConfigs = [String: [String: JSONValue]]

/// What the gateway's policy is made of.
public struct PolicySource: Sendable {
    /// Nil before the first.
    public let stamp: PolicyStamp?
    public let configs: ProviderConfigs
}

/// The version of the gateway's policy: it changes with what the policy is made of, in one transaction.
extension JobDatabase {
    /// What the policy is made of, and its version, as they belong together.
    public func policySource() async throws -> PolicySource {
        try await read {
            PolicySource(
                stamp: try SettingTable.policyStamp(in: $0), configs: try ProviderConfigTable.configs(in: $0))
        }
    }

    public func policyStamp() async throws -> PolicyStamp? {
        try await read { try SettingTable.policyStamp(in: $0) }
    }

    /// Counts on, if the policy is not the one that was counted last.
    ///
    /// To be called at the start: another build may make another policy of the same configuration.
    ///
    /// - Parameters:
    ///   - published: What the gateway was told last, if that is known; a restored database has an older version.
    ///   - fingerprint: The policy's, of all that is configured.
    /// - Throws: What SQLite says; then nothing was counted.
    public func countPolicy(
        after published: PolicyStamp?, fingerprint: @escaping @Sendable (ProviderConfigs) throws -> String
    ) async throws {
        try await write { try Self.countPolicy(after: published, fingerprint: fingerprint, in: $0) }
    }

    static func countPolicy(
        after published: PolicyStamp?, fingerprint: (ProviderConfigs) throws -> String, in database: Database
    ) throws {
        let stored = try SettingTable.policyStamp(in: database)
        let next = PolicyStamp.next(
            try fingerprint(ProviderConfigTable.configs(in: database)), after: [stored, published].compactMap { $0 })
        guard next != stored else { return }
        try SettingTable.put(next, into: database)
    }
}

extension SettingTable {
    private static let policyName = "gateway_policy"

    fileprivate static func policyStamp(in database: Database) throws -> PolicyStamp? {
        guard let value = try value(policyName, in: database), let version = value["version"]?.integer,
            let fingerprint = value["fingerprint"]?.text
        else { return nil }
        return PolicyStamp(version: version, fingerprint: fingerprint)
    }

    fileprivate static func put(_ stamp: PolicyStamp, into database: Database) throws {
        let value: JSONValue = ["version": JSONValue(stamp.version), "fingerprint": .string(stamp.fingerprint)]
        try put(value, named: policyName, into: database)
    }
}
