import FoundationEssentials
import GRDB
import Jobs

/// All SQL that touches `sessions`.
enum SessionTable {
    /// How many one account has at a time; the oldest ends when there is one more.
    static let perUserMax = 100

    static func insert(
        hash: [UInt8], user: Int64, now: Timestamp, until: Timestamp, client: String?, into database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO sessions (session_hash, user_id, created_at, expires_at, client) VALUES (?, ?, ?, ?, ?)
                """, arguments: [Data(hash), user, now.description, until.description, client])
        try database.execute(
            sql: """
                DELETE FROM sessions WHERE session_hash IN
                    (SELECT session_hash FROM sessions WHERE user_id = ? ORDER BY created_at DESC LIMIT -1 OFFSET ?)
                """, arguments: [user, perUserMax])
    }

    /// Whose session it is; nil for one that is unknown or over.
    static func user(hash: [UInt8], now: Timestamp, in database: Database) throws -> Int64? {
        try Int64.fetchOne(
            database, sql: "SELECT user_id FROM sessions WHERE session_hash = ? AND expires_at > ?",
            arguments: [Data(hash), now.description])
    }

    /// Whether an account has a session that was begun from an address.
    static func isKnown(_ client: String, to user: Int64, now: Timestamp, in database: Database) throws -> Bool {
        try Bool.fetchOne(
            database,
            sql: "SELECT EXISTS (SELECT 1 FROM sessions WHERE user_id = ? AND client = ? AND expires_at > ?)",
            arguments: [user, client, now.description]) ?? false
    }

    static func delete(hash: [UInt8], from database: Database) throws {
        try database.execute(sql: "DELETE FROM sessions WHERE session_hash = ?", arguments: [Data(hash)])
    }

    /// Ends all sessions of an account but one.
    static func deleteAll(of user: Int64, except hash: [UInt8]? = nil, from database: Database) throws {
        try database.execute(
            sql: "DELETE FROM sessions WHERE user_id = ? AND session_hash IS NOT ?",
            arguments: [user, hash.map { Data($0) }])
    }

    /// Removes a few that are over.
    static func sweep(now: Timestamp, in database: Database) throws {
        try database.execute(
            sql: """
                DELETE FROM sessions WHERE session_hash IN
                    (SELECT session_hash FROM sessions WHERE expires_at <= ? ORDER BY expires_at LIMIT 100)
                """, arguments: [now.description])
    }
}
