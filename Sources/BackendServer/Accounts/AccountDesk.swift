import Accounts
import HTTPTypes
import JSON
import Jobs
import Storage
import Synchronization

/// Who may sign in, and signs them in and out.
///
/// Routes read requests and write the trail; what is decided of accounts is decided here and in the database's own
/// transactions.
final class AccountDesk: Sendable {
    static let sessionSeconds: Int64 = 86_400
    static let longSessionSeconds: Int64 = 30 * 86_400
    /// How often the use of a key is noted.
    private static let keyUseSeconds = 60.0
    private static let keyUseTellingSeconds = 3600.0

    let database: JobDatabase
    /// Good for the first account from elsewhere.
    let setupCode: SetupCode
    /// Whether anybody administers while there are no accounts, not only this machine.
    let admitsAnybody: Bool
    let passwords = PasswordWork()
    let guesses = Mutex(GuessDelay())
    /// Whether there are accounts, so that a request which shows nothing needs no look; nil when it has to be looked up.
    ///
    /// Nobody but this process makes any.
    let hasAccounts = Mutex<Bool?>(nil)
    let events: EventHub
    let clock: Clock
    private let startedAt: Timestamp

    init(
        database: JobDatabase, setupCode: SetupCode = SetupCode(), admitsAnybody: Bool = false, events: EventHub,
        clock: @escaping Clock
    ) {
        self.database = database
        self.setupCode = setupCode
        self.admitsAnybody = admitsAnybody
        self.events = events
        self.clock = clock
        startedAt = clock()
    }

    /// Whom a credential speaks for.
    ///
    /// - Parameter credential: What a request showed; nil for nothing.
    /// - Returns: What was found; nobody for nothing, once there are accounts.
    /// - Throws: What the database says.
    func signIn(_ credential: Credential?) async throws -> SignIn {
        if credential == nil, let known = hasAccounts.withLock({ $0 }) { return known ? .nobody : .noAccounts }
        let found = try await database.signIn(credential, now: clock())
        // What was made meanwhile is not unmade by an older look.
        hasAccounts.withLock { if $0 == nil { $0 = found != .noAccounts } }
        return found
    }

    /// Who that is, and what they may.
    ///
    /// - Parameters:
    ///   - found: What was found for what a request showed.
    ///   - origin: From where it came.
    /// - Returns: The caller; nil for nobody.
    func caller(_ found: SignIn, from origin: BackendContext.Origin) -> Caller? {
        switch found {
        case .nobody: nil
        case .noAccounts:
            switch origin {
            case .socket, .machine: .localAdmin
            case .network: admitsAnybody ? .localAdmin : nil
            case .elsewhere: nil
            }
        case .session(let account): Caller(account)
        case .key(let account, let key):
            Caller(account, scope: key.scopes.map { PermissionSet(named: $0) }, until: key.expiresAt)
        }
    }

    /// Notes that a key was used, now and then; a disk that takes no writes keeps nobody from reading.
    ///
    /// - Returns: Whether the trail should tell of it: it was not used for an hour.
    func noteUse(of key: APIKey) async -> Bool {
        let unused = key.lastUsedAt.map { clock().secondsSince($0) } ?? .infinity
        if unused >= Self.keyUseSeconds { try? await database.noteUse(ofAPIKey: key.id, now: clock()) }
        return unused >= Self.keyUseTellingSeconds
    }

    /// A session that was begun.
    struct NewSession: Sendable {
        let account: Account
        /// What the cookie holds: a secret.
        let id: String
        let seconds: Int64
    }

    /// Begins a session for whoever knows the password.
    ///
    /// - Parameters:
    ///   - name: The account's name or e-mail address.
    ///   - password: What they gave.
    ///   - isLong: Whether the session lasts thirty days.
    ///   - client: Their address.
    /// - Returns: The session.
    /// - Throws: ``Refusal``: 401 without a word on which of the two is wrong, 429 when the account was guessed at.
    func login(_ name: String, _ password: String, isLong: Bool, client: String?) async throws -> NewSession {
        let found = try await database.account(named: name)
        let subject: GuessDelay.Subject = found.map { .account($0.account.id) } ?? .name(name.lowercased())
        try await checkDelay(of: subject, client: client)
        let isUsable = found.map { $0.account.isActive } ?? false
        let (fits, newHash) = try await verify(password, against: found?.passwordHash, of: subject)
        guard let account = found?.account, fits, isUsable else { throw Self.wrongCredentials }
        guard
            let session = try await beginSession(
                account.id, isLong: isLong, client: client, verified: found?.passwordHash, newPasswordHash: newHash)
        else { throw Self.wrongCredentials }
        guesses.withLock { $0.succeeded(subject) }
        return session
    }

    /// Whether a password fits; the try is counted before anybody looks, and taken back when nobody comes to it.
    func verify(
        _ password: String, against stored: String?, of subject: GuessDelay.Subject
    ) async throws -> (fits: Bool, newHash: String?) {
        let now = clock()
        guesses.withLock { $0.begin(subject, now: now) }
        do {
            return try await passwords.verify(password, against: stored)
        } catch {
            guesses.withLock { $0.takeBack(subject) }
            throw error
        }
    }

    private static let wrongCredentials = Refusal(.unauthorized, "Invalid username or password")

    /// Refuses a try at an account that was guessed at.
    ///
    /// An address from which the account's owner is signed in does not wait: whoever guesses from elsewhere must not be
    /// able to keep them out.
    ///
    /// - Parameters:
    ///   - subject: Whose password is tried.
    ///   - client: From where; nil for an address that makes no difference.
    /// - Throws: ``Refusal`` 429.
    func checkDelay(of subject: GuessDelay.Subject, client: String?) async throws {
        let now = clock()
        guard let seconds = guesses.withLock({ $0.wait(for: subject, now: now) }) else { return }
        if case .account(let user) = subject, let client,
            try await database.isClientKnown(client, to: user, now: now)
        {
            return
        }
        throw Refusal(
            .tooManyRequests, "Too many wrong passwords for this account. Try again in \(seconds) seconds.",
            headers: [.retryAfter: String(seconds)])
    }

    func beginSession(
        _ user: Int64, isLong: Bool, client: String?, verified: String? = nil, newPasswordHash: String? = nil
    ) async throws -> NewSession? {
        var random = SystemRandomNumberGenerator()
        let id = Credential.newSession(using: &random)
        let seconds = isLong ? Self.longSessionSeconds : Self.sessionSeconds
        let account = try await database.beginSession(
            hash: Credential.hash(id), of: user, now: clock(), seconds: seconds, client: client,
            verified: verified, newPasswordHash: newPasswordHash)
        return account.map { NewSession(account: $0, id: id, seconds: seconds) }
    }

    /// The account of whoever asks; of the machine's own administrator, one that is as it would be.
    ///
    /// - Throws: ``Refusal`` 404 when it was removed meanwhile.
    func account(of caller: Caller) async throws -> Account {
        if caller == .localAdmin {
            return Account(
                id: caller.userID, email: "local@localhost", username: caller.username, displayName: "Local Admin",
                isAdmin: true, createdAt: startedAt)
        }
        guard let account = try await database.account(caller.userID) else { throw Refusal(.unknown) }
        return account
    }
}
