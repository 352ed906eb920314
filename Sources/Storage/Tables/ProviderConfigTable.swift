import GRDB
import JSON
import Jobs

/// All SQL that touches `provider_config`.
enum ProviderConfigTable {
    static func config(of provider: String, in database: Database) throws -> [String: JSONValue] {
        let text = try String.fetchOne(
            database, sql: "SELECT config FROM provider_config WHERE provider = ?", arguments: [provider])
        guard let text else { return [:] }
        return try JSONValue(parsing: text).members ?? [:]
    }

    /// All that was set, by provider.
    static func configs(in database: Database) throws -> [String: [String: JSONValue]] {
        var configs: [String: [String: JSONValue]] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT provider, config FROM provider_config") {
            configs[row["provider"]] = try JSONValue(parsing: row["config"] as String).members ?? [:]
        }
        return configs
    }

    static func put(
        _ config: [String: JSONValue], of provider: String, now: Timestamp, into database: Database
    ) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO provider_config (provider, config, updated_at) VALUES (?, ?, ?)",
            arguments: [provider, JSONValue.object(config).jsonText, now.description])
    }
}
