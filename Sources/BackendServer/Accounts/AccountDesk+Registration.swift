import Accounts
import HTTPTypes
import Jobs
import Storage
import Synchronization

/// New accounts.
extension AccountDesk {
    /// Makes the first account, an administrator, and signs it in for thirty days.
    ///
    /// - Throws: ``Refusal`` 409 when there is one already, 400 for a name that cannot be.
    func makeFirstAdmin(_ wanted: NewAccount, client: String?) async throws -> NewSession {
        guard try await database.hasNoAccounts() else { throw Refusal(.notFirst) }
        var account = wanted.account(now: clock())
        account.isAdmin = true
        account.levels = [.admin]
        return try await added(account, wanted.password, isFirst: true, isLong: true, client: client)
    }

    /// Makes an account for whoever asks, when that is open to all, and signs it in.
    ///
    /// - Throws: ``Refusal``: 403 when it is not open, 400 for a name that is taken or before the first administrator.
    func register(_ wanted: NewAccount, client: String?) async throws -> NewSession {
        let policy = try await registration()
        guard policy.isEnabled else {
            throw Refusal(
                .forbidden, "Public registration is disabled. Contact an administrator to create an account.")
        }
        guard try await !database.hasNoAccounts() else {
            throw Refusal(.badRequest, "The first administrator must be created before anybody can register.")
        }
        guard let level = try await database.levels().first(where: { $0.name == policy.defaultLevel }) else {
            throw Refusal(
                .conflict, "The level '\(policy.defaultLevel)' that new accounts get does not exist any more.")
        }
        var account = wanted.account(now: clock())
        account.levels = [level]
        return try await added(account, wanted.password, isFirst: false, isLong: false, client: client)
    }

    private func added(
        _ account: Account, _ password: String?, isFirst: Bool, isLong: Bool, client: String?
    ) async throws -> NewSession {
        let account = try await add(account, password: password, isFirst: isFirst)
        guard let session = try await beginSession(account.id, isLong: isLong, client: client) else {
            throw Refusal(.unknown)
        }
        return session
    }

    /// Makes an account.
    ///
    /// - Throws: ``Refusal`` as ``AccountFault`` says.
    func add(_ account: Account, password: String?, isFirst: Bool = false) async throws -> Account {
        var hash: String?
        if let password { hash = try await passwords.hash(password) }
        do {
            let added = try await database.addAccount(account, passwordHash: hash, isFirst: isFirst)
            hasAccounts.withLock { $0 = true }
            return added
        } catch let fault as AccountFault {
            throw Refusal(fault)
        }
    }

    func registration() async throws -> RegistrationPolicy {
        RegistrationPolicy(try await database.setting(RegistrationPolicy.settingName))
    }

    func setRegistration(_ policy: RegistrationPolicy) async throws {
        try await database.setSettings([RegistrationPolicy.settingName: policy.stored])
    }
}
