/// Where the storage routes learn which upload tokens are good.
///
/// Two closures, so that these routes know nothing of the database and a test gives two lines.
struct UploadGrants: Sendable {
    struct Grant: Equatable, Sendable {
        let job: String
        let nonce: [UInt8]
    }

    /// The grant whose token has this SHA-256, while the token lives.
    let find: @Sendable (_ tokenHash: [UInt8]) async throws -> Grant?
    /// All living grants, newest first, no more than `activeMax`.
    let active: @Sendable () async throws -> [Grant]

    /// How many tokens are tried for a client that signs as `local`, which does not say which job it is.
    static let activeMax = 256
}
