public import Accounts
import GRDB
public import Jobs

/// What was found for what a request showed.
public enum SignIn: Equatable, Sendable {
    /// Nobody has an account.
    case noAccounts
    /// The credential is good for nothing, or none was shown.
    case nobody
    case session(Account)
    case key(Account, APIKey)
}

/// Sessions and API keys.
extension JobDatabase {
    /// Finds out who shows a credential: whether it is good is looked up each time, so that what is revoked is dead at once.
    ///
    /// - Parameters:
    ///   - credential: What the request showed; nil for nothing.
    ///   - now: The time.
    /// - Returns: Whose it is.
    /// - Throws: What SQLite says.
    public func signIn(_ credential: Credential?, now: Timestamp) async throws -> SignIn {
        try await read { database in
            let found: (account: Account, key: APIKey?)?
            switch credential {
            case nil: found = nil
            case .session(let id):
                found = try SessionTable.user(hash: Credential.hash(id), now: now, in: database)
                    .flatMap { try UserTable.account($0, in: database) }.map { ($0, nil) }
            case .key(let text):
                let key = try APIKeyTable.key(hash: Credential.hash(text), in: database)
                found = try key.flatMap { key in
                    guard key.isGood(at: now) else { return nil }
                    return try UserTable.account(key.userID, in: database).map { ($0, key) }
                }
            }
            if let found, found.account.isActive {
                return found.key.map { .key(found.account, $0) } ?? .session(found.account)
            }
            return try UserTable.isEmpty(in: database) ? .noAccounts : .nobody
        }
    }

    /// Begins a session of an account that is active, and notes that its owner signed in.
    ///
    /// - Parameters:
    ///   - hash: Of the session's id.
    ///   - user: Whose it is.
    ///   - now: The time.
    ///   - seconds: How long it lasts.
    ///   - client: The client's address.
    ///   - verified: What was kept of the password that was verified; nil when none was.
    ///   - newPasswordHash: What is kept of it from now on; nil when that stays.
    /// - Returns: The account; nil when it is gone or switched off by now, or has another password.
    /// - Throws: What SQLite says; then there is no session.
    public func beginSession(
        hash: [UInt8], of user: Int64, now: Timestamp, seconds: Int64, client: String?, verified: String? = nil,
        newPasswordHash: String? = nil
    ) async throws -> Account? {
        try await write { database in
            guard try UserTable.account(user, in: database)?.isActive == true else { return nil }
            if let verified {
                guard try UserTable.passwordHash(of: user, in: database) == verified else { return nil }
            }
            if let newPasswordHash { try UserTable.setPasswordHash(newPasswordHash, of: user, in: database) }
            try UserTable.noteLogin(of: user, now: now, in: database)
            try SessionTable.sweep(now: now, in: database)
            try SessionTable.insert(
                hash: hash, user: user, now: now, until: now.adding(seconds: seconds), client: client, into: database)
            return try UserTable.account(user, in: database)
        }
    }

    public func endSession(hash: [UInt8]) async throws {
        try await write { try SessionTable.delete(hash: hash, from: $0) }
    }

    /// Whether an account has a session that was begun from an address.
    public func isClientKnown(_ client: String, to user: Int64, now: Timestamp) async throws -> Bool {
        try await read { try SessionTable.isKnown(client, to: user, now: now, in: $0) }
    }

    public func apiKeys(of user: Int64) async throws -> [APIKey] {
        try await read { try APIKeyTable.keys(of: user, in: $0) }
    }

    /// Stores a key.
    ///
    /// - Parameters:
    ///   - key: As it will be; its id is not looked at.
    ///   - hash: SHA-256 of the key.
    /// - Returns: The key with its id; nil when its account has too many.
    /// - Throws: What SQLite says; then there is none.
    public func addAPIKey(_ key: APIKey, hash: [UInt8]) async throws -> APIKey? {
        try await write { database in
            guard try APIKeyTable.insert(key, hash: hash, into: database) != nil else { return nil }
            return try APIKeyTable.key(hash: hash, in: database)
        }
    }

    /// Removes a key of an account.
    ///
    /// - Returns: The key as it was; nil when the account has none of that number.
    public func deleteAPIKey(_ id: Int64, of user: Int64) async throws -> APIKey? {
        try await write { try APIKeyTable.delete(id, of: user, from: $0) }
    }

    public func noteUse(ofAPIKey id: Int64, now: Timestamp) async throws {
        try await write { try APIKeyTable.noteUse(of: id, now: now, in: $0) }
    }
}
