import Accounts
import GRDB
import JSON

/// All SQL that touches `levels` and `user_levels`.
enum LevelTable {
    /// The built-in ones, and those that came from somewhere else; the lowest first.
    static func all(in database: Database) throws -> [Level] {
        let others = try Row.fetchAll(database, sql: "SELECT * FROM levels ORDER BY priority, id LIMIT 1000").map(level)
        return (Level.builtIn + others).sorted { ($0.priority, $0.id) < ($1.priority, $1.id) }
    }

    /// Adds one.
    ///
    /// - Returns: Its number.
    static func insert(
        _ name: String, summary: String, priority: Int, permissions: [String], into database: Database
    ) throws -> Int64 {
        try database.execute(
            sql: "INSERT INTO levels (name, description, priority, permissions) VALUES (?, ?, ?, ?)",
            arguments: [name, summary, priority, JSONValue.array(permissions.map { .string($0) }).jsonText])
        return database.lastInsertedRowID
    }

    /// The levels of an account, the lowest first.
    static func levels(of user: Int64, in database: Database) throws -> [Level] {
        let ids = Set(
            try Int64.fetchAll(database, sql: "SELECT level_id FROM user_levels WHERE user_id = ?", arguments: [user]))
        if ids.isEmpty { return [] }
        if ids.isSubset(of: Level.builtIn.map(\.id)) { return Level.builtIn.filter { ids.contains($0.id) } }
        return try all(in: database).filter { ids.contains($0.id) }
    }

    static func give(_ levels: [Level], to user: Int64, in database: Database) throws {
        try database.execute(sql: "DELETE FROM user_levels WHERE user_id = ?", arguments: [user])
        for level in levels {
            try database.execute(
                sql: "INSERT OR IGNORE INTO user_levels (user_id, level_id) VALUES (?, ?)", arguments: [user, level.id])
        }
    }

    private static func level(_ row: Row) -> Level {
        let names = (try? JSONValue(parsing: row["permissions"] as String))?.elements?.compactMap(\.text) ?? []
        return Level(
            id: row["id"], name: row["name"], summary: row["description"], priority: row["priority"],
            permissionNames: names)
    }
}
