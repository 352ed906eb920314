public import Jobs

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

/// What became of a submission that was to be recorded.
public enum SubmissionRecord: Equatable, Sendable {
    case created
    /// The same request was here before, and made this job.
    case repeated(Job)
    /// The key was used for another request.
    case conflicting
}

extension JobDatabase {
    /// Records a job and its claim in one transaction, before anything is asked of a provider.
    ///
    /// Of any number of equal submissions at once exactly one is told `created`.
    ///
    /// - Parameters:
    ///   - job: The new job.
    ///   - upload: Its right to upload.
    ///   - claim: Its idempotency key; nil without one.
    ///   - now: The time.
    /// - Returns: Whether the job was made now, or by whom before.
    /// - Throws: What SQLite says; then nothing was changed.
    public func recordSubmission(
        _ job: Job, upload: UploadGrant?, claim: SubmissionClaim?, now: Timestamp
    ) async throws -> SubmissionRecord {
        try await write { database in
            if let claim {
                if let entry = try IdempotencyTable.entry(claim, now: now, in: database) {
                    guard entry.requestHash == claim.requestHash else { return .conflicting }
                    if let job = try JobTable.job(entry.jobID, in: database) { return .repeated(job) }
                }
                try IdempotencyTable.insert(claim, jobID: job.id, now: now, into: database)
                try IdempotencyTable.sweep(now: now, in: database)
            }
            try JobTable.insert(job, upload: upload, into: database)
            return .created
        }
    }

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
