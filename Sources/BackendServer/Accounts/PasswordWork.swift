import HTTPTypes
import NIOPosix
import Passwords
import Synchronization

/// Hashes passwords beside everything else, a few at a time: each takes a processor for a while, and much memory.
final class PasswordWork: Sendable {
    /// How many may be hashed or wait for it; whoever comes then is told to come back.
    private static let waitingMax = 32

    private static let threads: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 2)
        pool.start()
        return pool
    }()

    private let waiting = Mutex(0)
    private let fits: @Sendable (_ password: String, _ stored: String) -> Bool
    /// A hash of nothing, for names that nobody has; made when it is first needed.
    private let decoy = Mutex<String?>(nil)

    /// - Parameter fits: Whether a password is the one that was hashed.
    init(
        fits: @escaping @Sendable (_ password: String, _ stored: String) -> Bool = {
            PasswordHash.verify($0, against: $1)
        }
    ) {
        self.fits = fits
    }

    /// Hashes a new password.
    ///
    /// - Throws: ``Refusal`` 503 when too many wait.
    func hash(_ password: String) async throws -> String {
        try await run { try PasswordHash.make(password, salt: Self.salt()) }
    }

    /// Whether a password fits, and what should be kept of it instead.
    ///
    /// - Parameters:
    ///   - password: What somebody gave.
    ///   - stored: What is kept; nil when there is no such account, which takes as long.
    /// - Returns: Whether it fits, and a new text to keep when the old one is outdated.
    /// - Throws: ``Refusal`` 503 when too many wait.
    func verify(_ password: String, against stored: String?) async throws -> (fits: Bool, newHash: String?) {
        try await run { [self] in
            guard let stored else {
                _ = fits(password, try decoyHash())
                return (false, nil)
            }
            guard fits(password, stored) else { return (false, nil) }
            let isOutdated = PasswordHash.isOutdated(stored)
            return (true, isOutdated ? try PasswordHash.make(password, salt: Self.salt()) : nil)
        }
    }

    private func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        let isFree = waiting.withLock { count in
            guard count < Self.waitingMax else { return false }
            count += 1
            return true
        }
        guard isFree else {
            throw Refusal(
                .serviceUnavailable, "Too many people are signing in. Try again in a few seconds.",
                headers: [.retryAfter: "5"])
        }
        defer { waiting.withLock { $0 -= 1 } }
        return try await Self.threads.runIfActive(work)
    }

    private func decoyHash() throws -> String {
        if let known = decoy.withLock({ $0 }) { return known }
        let made = try PasswordHash.make("", salt: Self.salt())
        decoy.withLock { $0 = made }
        return made
    }

    private static func salt() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<PasswordHash.saltBytes).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }
}
