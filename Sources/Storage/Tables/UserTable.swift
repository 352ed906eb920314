import Accounts
import GRDB
import Jobs

/// All SQL that touches `users` and `user_permissions`.
enum UserTable {
    static let rowsMax = 10_000

    static func isEmpty(in database: Database) throws -> Bool {
        try Bool.fetchOne(database, sql: "SELECT NOT EXISTS (SELECT 1 FROM users)") ?? true
    }

    static func count(in database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM users") ?? 0
    }

    /// Whether somebody is left who may everything and can sign in.
    static func hasAdmin(in database: Database) throws -> Bool {
        // A level that gives everything does so too, unless something was denied.
        try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM users WHERE is_active AND password_hash IS NOT NULL AND (is_admin OR (
                    EXISTS (SELECT 1 FROM user_levels WHERE user_id = id AND (level_id = ?
                        OR level_id IN (SELECT id FROM levels WHERE instr(permissions, '"*"'))))
                    AND NOT EXISTS (SELECT 1 FROM user_permissions WHERE user_id = id AND NOT granted))))
                """, arguments: [Level.admin.id]) ?? false
    }

    static func account(_ id: Int64, in database: Database) throws -> Account? {
        try Row.fetchOne(database, sql: "SELECT * FROM users WHERE id = ?", arguments: [id])
            .map { try account($0, in: database) }
    }

    static func all(in database: Database) throws -> [Account] {
        try Row.fetchAll(database, sql: "SELECT * FROM users ORDER BY id LIMIT \(rowsMax)")
            .map { try account($0, in: database) }
    }

    /// The account that a name or an e-mail address means, and what is kept of its password.
    ///
    /// As it is written, or else whatever the case of its letters.
    static func account(
        named name: String, in database: Database
    ) throws -> (account: Account, passwordHash: String?)? {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT * FROM users WHERE username = ?1 COLLATE NOCASE OR email = ?1 COLLATE NOCASE
                ORDER BY username = ?1 DESC, email = ?1 DESC, id LIMIT 1
                """, arguments: [name])
        return try row.map { (try account($0, in: database), $0["password_hash"]) }
    }

    static func passwordHash(of id: Int64, in database: Database) throws -> String? {
        try String.fetchOne(database, sql: "SELECT password_hash FROM users WHERE id = ?", arguments: [id])
    }

    /// Whether another account has a name or an address already, whatever the case of its letters.
    static func isTaken(
        _ column: NameColumn, _ text: String, except id: Int64, in database: Database
    ) throws -> Bool {
        try Bool.fetchOne(
            database,
            sql: "SELECT EXISTS (SELECT 1 FROM users WHERE \(column.rawValue) = ? COLLATE NOCASE AND id <> ?)",
            arguments: [text, id]) ?? false
    }

    enum NameColumn: String { case username, email }

    /// Adds an account.
    ///
    /// - Parameters:
    ///   - account: As it will be; its id is not looked at.
    ///   - id: Its id; nil for a new one.
    ///   - passwordHash: What is kept of the password; nil for an account that cannot sign in with one.
    ///   - database: The writing connection.
    /// - Returns: Its id.
    /// - Throws: What SQLite says.
    static func insert(
        _ account: Account, id: Int64? = nil, passwordHash: String?, into database: Database
    ) throws -> Int64 {
        try database.execute(
            sql: """
                INSERT INTO users (id, email, username, display_name, auth_provider, password_hash, is_active, is_admin,
                    email_verified, created_at, last_login_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, account.email, account.username, account.displayName, account.authProvider, passwordHash,
                account.isActive, account.isAdmin, account.isEmailVerified, account.createdAt.description,
                account.lastLoginAt?.description,
            ])
        let id = database.lastInsertedRowID
        try putStanding(account, of: id, in: database)
        return id
    }

    /// Stores what can change of an account.
    static func update(_ account: Account, in database: Database) throws {
        try database.execute(
            sql: """
                UPDATE users SET email = ?, username = ?, display_name = ?, is_active = ?, is_admin = ? WHERE id = ?
                """,
            arguments: [
                account.email, account.username, account.displayName, account.isActive, account.isAdmin, account.id,
            ])
        try putStanding(account, of: account.id, in: database)
    }

    static func setPasswordHash(_ hash: String, of id: Int64, in database: Database) throws {
        try database.execute(sql: "UPDATE users SET password_hash = ? WHERE id = ?", arguments: [hash, id])
    }

    static func noteLogin(of id: Int64, now: Timestamp, in database: Database) throws {
        try database.execute(
            sql: "UPDATE users SET last_login_at = ? WHERE id = ?", arguments: [now.description, id])
    }

    static func delete(_ id: Int64, from database: Database) throws -> Bool {
        try database.execute(sql: "DELETE FROM users WHERE id = ?", arguments: [id])
        return database.changesCount > 0
    }

    private static func putStanding(_ account: Account, of id: Int64, in database: Database) throws {
        try LevelTable.give(account.levels, to: id, in: database)
        try database.execute(sql: "DELETE FROM user_permissions WHERE user_id = ?", arguments: [id])
        for (permissions, granted) in [(account.granted, true), (account.denied, false)] {
            for permission in permissions {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO user_permissions (user_id, permission, granted) VALUES (?, ?, ?)",
                    arguments: [id, permission.rawValue, granted])
            }
        }
    }

    private static func account(_ row: Row, in database: Database) throws -> Account {
        let id: Int64 = row["id"]
        var (granted, denied) = (Set<Permission>(), Set<Permission>())
        for row in try Row.fetchAll(
            database, sql: "SELECT permission, granted FROM user_permissions WHERE user_id = ?", arguments: [id])
        {
            guard let permission = Permission(rawValue: row["permission"]) else { continue }
            if row["granted"] { granted.insert(permission) } else { denied.insert(permission) }
        }
        return Account(
            id: id, email: row["email"], username: row["username"], displayName: row["display_name"],
            authProvider: row["auth_provider"], isActive: row["is_active"], isAdmin: row["is_admin"],
            isEmailVerified: row["email_verified"], createdAt: row.timestamp("created_at") ?? Timestamp(seconds: 0),
            lastLoginAt: row.timestamp("last_login_at"), levels: try LevelTable.levels(of: id, in: database),
            granted: granted, denied: denied)
    }
}
