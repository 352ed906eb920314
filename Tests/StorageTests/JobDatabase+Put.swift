import Jobs

@testable import Storage

extension JobDatabase {
    /// Puts a job there as it is, without an order.
    func put(_ job: Job, upload: UploadGrant? = nil) async throws {
        try await write { try JobTable.insert(job, upload: upload, into: $0) }
    }
}
