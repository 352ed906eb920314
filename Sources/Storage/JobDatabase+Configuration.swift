public import JSON
public import Jobs

/// What is configured while the program runs.
extension JobDatabase {
    /// What was set for a provider; empty when nothing was.
    public func providerConfig(_ provider: String) async throws -> [String: JSONValue] {
        try await read { try ProviderConfigTable.config(of: provider, in: $0) }
    }

    /// Changes a provider's configuration as it is now, and counts the gateway's policy on if that changes it.
    ///
    /// - Parameters:
    ///   - provider: Whose.
    ///   - now: The time.
    ///   - fingerprint: The policy's, of all that is configured.
    ///   - change: Gets the present members and returns the new ones.
    /// - Returns: The new members.
    /// - Throws: What SQLite says; then nothing was changed.
    public func changeProviderConfig(
        _ provider: String, now: Timestamp, fingerprint: @escaping @Sendable (ProviderConfigs) throws -> String,
        _ change: @escaping @Sendable ([String: JSONValue]) -> [String: JSONValue]
    ) async throws -> [String: JSONValue] {
        try await write { database in
            let config = change(try ProviderConfigTable.config(of: provider, in: database))
            try ProviderConfigTable.put(config, of: provider, now: now, into: database)
            try Self.countPolicy(after: nil, fingerprint: fingerprint, in: database)
            return config
        }
    }

    public func setting(_ name: String) async throws -> JSONValue? {
        try await read { try SettingTable.value(name, in: $0) }
    }

    /// Sets some settings, all or none.
    public func setSettings(_ values: [String: JSONValue]) async throws {
        try await write { database in
            for (name, value) in values { try SettingTable.put(value, named: name, into: database) }
        }
    }
}
