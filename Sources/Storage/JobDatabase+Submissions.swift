import Jobs

/// The right to submit once under an idempotency key.
public struct SubmissionClaim: Equatable, Sendable {
    public static let keyBytesMax = 256
    static let lifetimeSeconds: Int64 = 86_400

    public let owner: String
    public let endpoint: String
    public let key: String
    /// SHA-256 of the request, so that a key used again for something else is noticed.
    public let requestHash: [UInt8]

    public init(owner: String, endpoint: String, key: String, requestHash: [UInt8]) {
        self.owner = owner
        self.endpoint = endpoint
        self.key = key
        self.requestHash = requestHash
    }
}

extension JobDatabase {
    /// Takes a submission back that the provider refused: nothing was made, and its key may be used again.
    public func withdrawSubmission(_ jobID: String) async throws {
        try await write { database in
            guard let job = try JobTable.job(jobID, in: database), job.status == .pending, job.externalID == nil else {
                return
            }
            try IdempotencyTable.delete(jobID: job.id, from: database)
            try JobTable.delete(job.id, from: database)
        }
    }
}
