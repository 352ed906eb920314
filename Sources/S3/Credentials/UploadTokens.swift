import Crypto

/// Makes and recomputes the credentials with which a job uploads.
///
/// A token is `base64url(nonce || HMAC(key, "tok1:" + job + nonce)[0..<16])`, 43 characters that need no escaping in an
/// `Authorization` header. Token and S3 secret are computed from the master key each time, so a stolen database, which
/// holds the nonce and the token's hash, holds no credential.
public struct UploadTokens: Sendable {
    /// The access key that SimpleTuner's own publisher sends, with the token as its secret.
    public static let simpleTunerAccessKey = "local"
    public static let nonceBytes = 16

    private let key: SymmetricKey

    /// - Parameter masterKey: 32 random bytes, kept in a file that only the backend may read.
    public init(masterKey: [UInt8]) {
        precondition(masterKey.count == 32, "the master key of upload tokens has 32 bytes")
        key = SymmetricKey(data: masterKey)
    }

    /// The token of one job: 43 characters of `A-Za-z0-9_-`.
    public func token(job: String, nonce: [UInt8]) -> String {
        precondition(nonce.count == Self.nonceBytes, "a token's nonce has \(Self.nonceBytes) bytes")
        let mac = HMAC<SHA256>.authenticationCode(for: Array("tok1:".utf8) + Array(job.utf8) + nonce, using: key)
        return Base64.encodeForURL(nonce + mac.prefix(16))
    }

    /// The S3 secret that belongs to a token used as the access key.
    public func secret(token: String) -> String {
        Base64.encodeForURL(Array(HMAC<SHA256>.authenticationCode(for: Array("s3v1:\(token)".utf8), using: key)))
    }

    /// What is stored of a token: SHA-256, 32 bytes.
    public static func hash(_ token: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(token.utf8)))
    }
}
