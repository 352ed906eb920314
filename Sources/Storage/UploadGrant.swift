public import FoundationEssentials
import Jobs

/// The right of one job to upload: what is needed to check its token, and nothing that could be used as one.
public struct UploadGrant: Sendable {
    public let jobID: String
    public let nonce: [UInt8]
    /// SHA-256 of the token.
    public let tokenHash: [UInt8]

    public init(jobID: String, nonce: [UInt8], tokenHash: [UInt8]) {
        self.jobID = jobID
        self.nonce = nonce
        self.tokenHash = tokenHash
    }
}

extension JobDatabase {
    /// The grant of a token, only while its job may upload: until 15 minutes after its end, and not once cancelled.
    public func uploadGrant(tokenHash: [UInt8], now: Date) async throws -> UploadGrant? {
        let now = Timestamp(now)
        return try await read { try JobTable.uploadGrant(tokenHash: tokenHash, now: now, in: $0) }
    }

    /// The grants of the jobs that may upload, newest job first.
    public func activeUploadGrants(limit: Int, now: Date) async throws -> [UploadGrant] {
        let now = Timestamp(now)
        return try await read { try JobTable.activeUploadGrants(limit: limit, now: now, in: $0) }
    }
}

extension Timestamp {
    /// The same instant, to the microsecond.
    init(_ date: Date) {
        self.init(microseconds: Int64((date.timeIntervalSince1970 * 1_000_000).rounded(.down)))
    }
}
