import Accounts
import FoundationEssentials
import GRDB
import JSON
import Jobs

/// All SQL that touches `api_keys`.
enum APIKeyTable {
    static let perUserMax = 100

    /// Adds a key.
    ///
    /// - Parameters:
    ///   - key: As it will be; its id is not looked at.
    ///   - hash: SHA-256 of the key.
    ///   - database: The writing connection.
    /// - Returns: Its id; nil when the account has too many.
    /// - Throws: What SQLite says.
    static func insert(_ key: APIKey, hash: [UInt8], into database: Database) throws -> Int64? {
        let count = try Int.fetchOne(
            database, sql: "SELECT count(*) FROM api_keys WHERE user_id = ? AND is_active", arguments: [key.userID])
        guard count ?? 0 < perUserMax else { return nil }
        try database.execute(
            sql: """
                INSERT INTO api_keys (user_id, name, key_prefix, key_hash, created_at, last_used_at, expires_at,
                    is_active, scoped_permissions)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                key.userID, key.name, key.prefix, Data(hash), key.createdAt.description, key.lastUsedAt?.description,
                key.expiresAt?.description, key.isActive,
                key.scopes.map { JSONValue.array($0.map { .string($0) }).jsonText },
            ])
        return database.lastInsertedRowID
    }

    static func key(hash: [UInt8], in database: Database) throws -> APIKey? {
        try Row.fetchOne(database, sql: "SELECT * FROM api_keys WHERE key_hash = ?", arguments: [Data(hash)]).map(key)
    }

    /// The keys of an account, the newest first.
    static func keys(of user: Int64, in database: Database) throws -> [APIKey] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM api_keys WHERE user_id = ? ORDER BY id DESC LIMIT 1000", arguments: [user]
        ).map(key)
    }

    static func noteUse(of id: Int64, now: Timestamp, in database: Database) throws {
        try database.execute(
            sql: "UPDATE api_keys SET last_used_at = ? WHERE id = ?", arguments: [now.description, id])
    }

    /// Removes a key of an account.
    ///
    /// - Returns: The key as it was; nil when the account has none of that number.
    static func delete(_ id: Int64, of user: Int64, from database: Database) throws -> APIKey? {
        let row = try Row.fetchOne(
            database, sql: "SELECT * FROM api_keys WHERE id = ? AND user_id = ?", arguments: [id, user])
        guard let row else { return nil }
        try database.execute(sql: "DELETE FROM api_keys WHERE id = ?", arguments: [id])
        return key(row)
    }

    private static func key(_ row: Row) -> APIKey {
        let scopes = (row["scoped_permissions"] as String?).map { text in
            // What cannot be read gives nothing.
            (try? JSONValue(parsing: text))?.elements?.compactMap(\.text) ?? []
        }
        return APIKey(
            id: row["id"], userID: row["user_id"], name: row["name"], prefix: row["key_prefix"],
            createdAt: row.timestamp("created_at") ?? Timestamp(seconds: 0), lastUsedAt: row.timestamp("last_used_at"),
            expiresAt: row.timestamp("expires_at"), isActive: row["is_active"], scopes: scopes)
    }
}
