import Accounts
import HTTPTypes
import Jobs
import Storage
import Synchronization

/// Accounts that change.
extension AccountDesk {
    /// Changes an account, and ends its streams of events: what it may see may be another now.
    ///
    /// - Parameters:
    ///   - id: Whose.
    ///   - password: Another one, which ends all its sessions; nil leaves it.
    ///   - edit: Changes it, or throws to leave it.
    /// - Returns: The account before and after.
    /// - Throws: ``Refusal`` as ``AccountFault`` says, and what `edit` throws; then nothing was changed.
    func change(
        _ id: Int64, password: String? = nil, _ edit: @escaping @Sendable (inout Account) throws -> Void
    ) async throws -> (before: Account, after: Account) {
        var hash: String?
        if let password { hash = try await passwords.hash(password) }
        do {
            let result = try await database.changeAccount(id, passwordHash: hash, edit)
            if hash != nil { guesses.withLock { $0.succeeded(.account(id)) } }
            if hash != nil || result.before.permissions != result.after.permissions || !result.after.isActive {
                events.end(user: id)
            }
            return result
        } catch let fault as AccountFault {
            throw Refusal(fault)
        }
    }

    /// Removes an account, and whatever is open of it.
    ///
    /// - Throws: ``Refusal`` as ``AccountFault`` says, and what `check` throws.
    func delete(_ id: Int64, _ check: @escaping @Sendable (Account) throws -> Void) async throws -> Account {
        do {
            let account = try await database.deleteAccount(id, check)
            hasAccounts.withLock { $0 = nil }
            events.end(user: id)
            return account
        } catch let fault as AccountFault {
            throw Refusal(fault)
        }
    }

    /// Keeps another password for whoever knows the present one, and ends their other sessions.
    ///
    /// - Parameters:
    ///   - id: Whose.
    ///   - current: The present one.
    ///   - new: The next one.
    ///   - session: The hash of the session that goes on.
    /// - Throws: ``Refusal``: 401 when the present one is wrong, 400 when somebody outside keeps the password.
    func changePassword(
        of id: Int64, from current: String, to new: String, in session: [UInt8]?
    ) async throws {
        guard let account = try await database.account(id) else { throw Refusal(.unknown) }
        guard account.authProvider == "local", let stored = try await database.passwordHash(of: id) else {
            throw Refusal(
                .badRequest, "The password of this account is kept by '\(account.authProvider)'. Change it there.")
        }
        // Whoever has somebody's session must not find out the password by it, so the address makes no difference here.
        try await checkDelay(of: .account(id), client: nil)
        guard try await verify(current, against: stored, of: .account(id)).fits else {
            throw Refusal(.unauthorized, "Current password is incorrect")
        }
        guesses.withLock { $0.succeeded(.account(id)) }
        let hash = try await passwords.hash(new)
        guard try await database.setPassword(of: id, hash: hash, ifStill: stored, except: session) else {
            throw Refusal(.conflict, "The password was changed by somebody else at the same time.")
        }
        events.end(user: id)
    }

    /// The levels of some names.
    ///
    /// - Parameters:
    ///   - names: Theirs.
    ///   - field: The member that has them.
    /// - Returns: The levels, in that order.
    /// - Throws: ``Refusal`` 422 for a name that there is not.
    func levels(named names: [String], _ field: String) async throws -> [Level] {
        let all = try await database.levels()
        return try names.enumerated().map { index, name throws(Refusal) in
            guard let level = all.first(where: { $0.name == name }) else {
                throw Refusal(
                    invalid: field, at: index, in: "body",
                    "There is no such level. Those that there are: \(all.map(\.name).joined(separator: ", "))")
            }
            return level
        }
    }
}
