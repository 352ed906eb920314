public import Accounts
import GRDB

/// Why an account was not made or changed.
public enum AccountFault: Error, Equatable, Sendable {
    case usernameTaken
    case emailTaken
    /// There are as many as there may be.
    case tooMany
    /// The first account was to be made, and there is one.
    case notFirst
    /// Nobody may everything and can sign in yet, and this would be another who cannot.
    case noAdminYet
    /// Nobody would be left who may everything and can sign in.
    case noAdminLeft
    case unknown
}

/// Who may sign in.
extension JobDatabase {
    /// Whether nobody has an account, so that the machine's own user administers.
    public func hasNoAccounts() async throws -> Bool { try await read { try UserTable.isEmpty(in: $0) } }

    /// How many accounts there are, and whether one of them may everything.
    public func accountFigures() async throws -> (count: Int, hasAdmin: Bool) {
        try await read { (try UserTable.count(in: $0), try UserTable.hasAdmin(in: $0)) }
    }

    public func levels() async throws -> [Level] { try await read { try LevelTable.all(in: $0) } }

    public func accounts() async throws -> [Account] { try await read { try UserTable.all(in: $0) } }

    public func account(_ id: Int64) async throws -> Account? {
        try await read { try UserTable.account(id, in: $0) }
    }

    /// The account that a name or an e-mail address means, and what is kept of its password.
    public func account(named name: String) async throws -> (account: Account, passwordHash: String?)? {
        try await read { try UserTable.account(named: name, in: $0) }
    }

    public func passwordHash(of id: Int64) async throws -> String? {
        try await read { try UserTable.passwordHash(of: id, in: $0) }
    }

    /// Makes an account.
    ///
    /// - Parameters:
    ///   - account: As it will be; its id is not looked at.
    ///   - passwordHash: What is kept of the password; nil for one that cannot sign in with a password.
    ///   - isFirst: Whether there must be none yet.
    /// - Returns: The account.
    /// - Throws: ``AccountFault``, or what SQLite says; then there is none.
    public func addAccount(_ account: Account, passwordHash: String?, isFirst: Bool) async throws -> Account {
        try await write { database in
            guard try UserTable.isEmpty(in: database) || !isFirst else { throw AccountFault.notFirst }
            guard try UserTable.count(in: database) < UserTable.rowsMax else { throw AccountFault.tooMany }
            try Self.checkUsername(of: account, in: database)
            try Self.checkEmail(of: account, in: database)
            let id = try UserTable.insert(account, passwordHash: passwordHash, into: database)
            // Whoever is first must be able to let others in.
            guard try UserTable.hasAdmin(in: database) else { throw AccountFault.noAdminYet }
            guard let added = try UserTable.account(id, in: database) else { throw AccountFault.unknown }
            return added
        }
    }

    /// Changes an account as it is now.
    ///
    /// - Parameters:
    ///   - id: Whose.
    ///   - passwordHash: What is kept of another password, which ends all its sessions; nil leaves it.
    ///   - edit: Changes it, or throws to leave it.
    /// - Returns: The account before and after.
    /// - Throws: ``AccountFault``, what `edit` throws, or what SQLite says; then nothing was changed.
    public func changeAccount(
        _ id: Int64, passwordHash: String? = nil, _ edit: @escaping @Sendable (inout Account) throws -> Void
    ) async throws -> (before: Account, after: Account) {
        try await write { database in
            guard let before = try UserTable.account(id, in: database) else { throw AccountFault.unknown }
            var after = before
            try edit(&after)
            // Names that SimpleTuner let in beside each other stay; they are only checked when they change.
            if after.username != before.username { try Self.checkUsername(of: after, in: database) }
            if after.email != before.email { try Self.checkEmail(of: after, in: database) }
            let hadAdmin = try UserTable.hasAdmin(in: database)
            try UserTable.update(after, in: database)
            if let passwordHash { try UserTable.setPasswordHash(passwordHash, of: id, in: database) }
            guard try UserTable.hasAdmin(in: database) || !hadAdmin else { throw AccountFault.noAdminLeft }
            if passwordHash != nil || !after.isActive { try SessionTable.deleteAll(of: id, from: database) }
            return (before, after)
        }
    }

    /// Removes an account with its sessions and keys; its jobs stay.
    ///
    /// - Parameters:
    ///   - id: Whose.
    ///   - check: Looks at it, and throws to leave it.
    /// - Returns: The account as it was.
    /// - Throws: ``AccountFault``, what `check` throws, or what SQLite says; then nothing was changed.
    public func deleteAccount(
        _ id: Int64, _ check: @escaping @Sendable (Account) throws -> Void
    ) async throws -> Account {
        try await write { database in
            guard let account = try UserTable.account(id, in: database) else { throw AccountFault.unknown }
            try check(account)
            let hadAdmin = try UserTable.hasAdmin(in: database)
            _ = try UserTable.delete(id, from: database)
            guard try UserTable.hasAdmin(in: database) || !hadAdmin else { throw AccountFault.noAdminLeft }
            return account
        }
    }

    /// Keeps another password, and ends every session of the account but one.
    ///
    /// - Parameters:
    ///   - id: Whose.
    ///   - hash: What is kept of the password.
    ///   - previous: What was kept when it was checked; nothing is changed when it is another by now. Nil for no check.
    ///   - session: The hash of the session that goes on; nil for none.
    /// - Returns: Whether it was changed.
    /// - Throws: What SQLite says.
    public func setPassword(
        of id: Int64, hash: String, ifStill previous: String?, except session: [UInt8]?
    ) async throws -> Bool {
        try await write { database in
            if let previous {
                guard try UserTable.passwordHash(of: id, in: database) == previous else { return false }
            }
            try UserTable.setPasswordHash(hash, of: id, in: database)
            try SessionTable.deleteAll(of: id, except: session, from: database)
            return true
        }
    }

    /// Refuses a name that another account has.
    private static func checkUsername(of account: Account, in database: Database) throws {
        if try UserTable.isTaken(.username, account.username, except: account.id, in: database) {
            throw AccountFault.usernameTaken
        }
    }

    /// Refuses an address that another account has.
    private static func checkEmail(of account: Account, in database: Database) throws {
        if try UserTable.isTaken(.email, account.email, except: account.id, in: database) {
            throw AccountFault.emailTaken
        }
    }
}
