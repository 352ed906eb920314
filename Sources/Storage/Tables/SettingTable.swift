import GRDB
import JSON

/// All SQL that touches `settings`.
enum SettingTable {
    static func value(_ name: String, in database: Database) throws -> JSONValue? {
        try String.fetchOne(database, sql: "SELECT value FROM settings WHERE name = ?", arguments: [name])
            .map { try JSONValue(parsing: $0) }
    }

    static func put(_ value: JSONValue, named name: String, into database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", arguments: [name, value.jsonText])
    }
}
