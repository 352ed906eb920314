import Accounts
import GRDB
import JSON
import Jobs

extension Takeover {
    /// The built-in administrator of an installation without accounts, which is a row there.
    private static let placeholderEmail = "local@localhost"

    /// Carries accounts, their levels and permissions, and API keys over, with their numbers.
    ///
    /// Sessions are not: they were in clear, in a file that everybody could read. Whoever was signed in signs in again.
    ///
    /// - Parameter tables: The names of the tables that there are.
    /// - Returns: How many accounts and keys there were.
    /// - Throws: What SQLite says.
    func carryAccounts(_ tables: Set<String>) throws -> (accounts: Int, keys: Int) {
        let levels = try carryLevels(tables)
        var levelIDs: [Int64: [Int64]] = [:]
        for row in try rows("user_levels", of: tables) {
            guard let user = row.integer("user_id"), let level = row.integer("level_id") else { continue }
            levelIDs[user, default: []].append(level)
        }
        let permissions = try permissions(tables)
        var known = Set<Int64>()
        for row in try rows("users", of: tables) {
            guard let id = row.integer("id"), let username = row.words("username"),
                let email = row.words("email"), email != Self.placeholderEmail
            else { continue }
            let account = Account(
                id: id, email: email, username: username, displayName: row.words("display_name") ?? username,
                authProvider: row.words("auth_provider") ?? "local", isActive: row.integer("is_active") != 0,
                isAdmin: row.integer("is_admin") == 1, isEmailVerified: row.integer("email_verified") == 1,
                createdAt: row.timestamp("created_at") ?? Timestamp(seconds: 0),
                lastLoginAt: row.timestamp("last_login_at"), levels: (levelIDs[id] ?? []).compactMap { levels[$0] },
                granted: permissions[id]?.granted ?? [], denied: permissions[id]?.denied ?? [])
            _ = try UserTable.insert(account, id: id, passwordHash: row.words("password_hash"), into: database)
            known.insert(id)
        }
        return (known.count, try carryKeys(tables, of: known))
    }

    private func rows(_ table: String, of tables: Set<String>) throws -> [ForeignRow] {
        guard tables.contains(table) else { return [] }
        return try Row.fetchAll(database, sql: "SELECT * FROM \(Self.prefix)\(table)").map(ForeignRow.init)
    }

    /// The levels by their numbers there; those that are built in are ours by their name.
    private func carryLevels(_ tables: Set<String>) throws -> [Int64: Level] {
        var given: [Int64: [String]] = [:]
        for row in try rows("level_permissions", of: tables) {
            guard let level = row.integer("level_id"), let name = row.words("permission_name") else { continue }
            given[level, default: []].append(name)
        }
        var levels: [Int64: Level] = [:]
        for row in try rows("levels", of: tables) {
            guard let id = row.integer("id"), let name = row.words("name") else { continue }
            if let builtIn = Level.builtIn.first(where: { $0.name == name }) {
                levels[id] = builtIn
                continue
            }
            let (summary, priority) = (row.text("description") ?? "", Int(row.integer("priority") ?? 0))
            let own = try LevelTable.insert(
                name, summary: summary, priority: priority, permissions: given[id] ?? [], into: database)
            levels[id] = Level(
                id: own, name: name, summary: summary, priority: priority, permissionNames: given[id] ?? [])
        }
        return levels
    }

    /// What was given to and taken from each user, besides their levels.
    private func permissions(
        _ tables: Set<String>
    ) throws -> [Int64: (granted: Set<Permission>, denied: Set<Permission>)] {
        var permissions: [Int64: (granted: Set<Permission>, denied: Set<Permission>)] = [:]
        for row in try rows("user_permissions", of: tables) {
            guard let user = row.integer("user_id"), let name = row.words("permission_name") else { continue }
            let meant = PermissionSet(named: name).members
            if row.integer("granted") == 0 {
                permissions[user, default: ([], [])].denied.formUnion(meant)
            } else {
                permissions[user, default: ([], [])].granted.formUnion(meant)
            }
        }
        return permissions
    }

    /// Keys are stored as SHA-256 there too, in hexadecimal.
    private func carryKeys(_ tables: Set<String>, of known: Set<Int64>) throws -> Int {
        var count = 0
        for row in try rows("api_keys", of: tables) {
            guard let user = row.integer("user_id"), known.contains(user), let text = row.words("key_hash"),
                let hash = Self.bytes(ofHex: text), hash.count == 32
            else { continue }
            // What cannot be read gives nothing.
            let scopes = row.words("scoped_permissions").map { text in
                (try? JSONValue(parsing: text))?.elements?.compactMap(\.text) ?? []
            }
            let key = APIKey(
                id: 0, userID: user, name: row.text("name") ?? "", prefix: row.text("key_prefix") ?? "",
                createdAt: row.timestamp("created_at") ?? Timestamp(seconds: 0),
                lastUsedAt: row.timestamp("last_used_at"), expiresAt: row.timestamp("expires_at"),
                isActive: row.integer("is_active") != 0, scopes: scopes)
            if try APIKeyTable.insert(key, hash: hash, into: database) != nil { count += 1 }
        }
        return count
    }

    private static func bytes(ofHex text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
