import Crypto
import Jobs
import Storage

/// The credentials that trainers show with their events, since they cannot sign them.
///
/// A token is good for one job, is stored as a hash, and dies some minutes after the job.
struct WebhookTokens: Sendable {
    /// How long after its job's end a token still counts: the trainer's last words may be late.
    static let graceSeconds = 600.0
    private static let prefix = "wht_"
    private static let randomBytes = 32

    let database: JobDatabase
    let clock: Clock

    /// Makes a token for a job that is recorded and about to be sent.
    ///
    /// - Parameter jobID: Our id.
    /// - Returns: The token, a secret.
    /// - Throws: When it cannot be stored.
    func grant(_ jobID: String) async throws -> String {
        var randomness = SystemRandomNumberGenerator()
        let bytes = (0..<Self.randomBytes).map { _ in UInt8.random(in: .min ... .max, using: &randomness) }
        let token = Self.prefix + bytes.map { String(0x100 + Int($0), radix: 16).dropFirst() }.joined()
        try await database.grantWebhookToken(hash: Self.hash(token), to: jobID, now: clock())
        return token
    }

    /// The job that a token speaks for; nil for one that is unknown or dead.
    ///
    /// Found by its hash, so that the time the search takes tells nothing of a token.
    func job(of token: String) async throws -> Job? {
        guard token.hasPrefix(Self.prefix), token.utf8.count == Self.prefix.utf8.count + 2 * Self.randomBytes,
            let job = try await database.job(ofWebhookToken: Self.hash(token))
        else { return nil }
        if let end = job.completedAt, clock().secondsSince(end) > Self.graceSeconds { return nil }
        return job
    }

    private static func hash(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Array(token.utf8))) }
}
