import Accounts
import HTTPTypes
import Jobs
import Storage

/// Decides over jobs that wait for an approval.
struct ApprovalDesk: Sendable {
    let database: JobDatabase
    let dispatcher: JobDispatcher
    let clock: Clock

    /// Lets a job go on: it is sent when it is its turn.
    ///
    /// - Throws: ``Refusal``: 404 for an unknown request, 400 for one that is closed, 403 for a caller whose level is too
    ///   low for it.
    func approve(_ id: Int64, by caller: Caller, notes: String?) async throws -> ApprovalRequest {
        try await checkRank(of: caller, for: id)
        let request = try await close(id, as: .approved, by: caller, notes: notes)
        // The approval stands, whatever becomes of the sending: the queue goes on with it.
        _ = try? await dispatcher.processSome()
        return request
    }

    /// Ends a job: `rejected` by somebody else, or `cancelled` by who submitted it.
    ///
    /// - Throws: ``Refusal`` as in ``approve(_:by:notes:)``.
    func turnDown(
        _ id: Int64, as status: ApprovalRequest.Status, by caller: Caller, reason: String?
    ) async throws -> ApprovalRequest {
        if status == .rejected { try await checkRank(of: caller, for: id) }
        return try await close(id, as: status, by: caller, notes: reason)
    }

    private func checkRank(of caller: Caller, for id: Int64) async throws {
        guard let request = try await database.approvalRequest(id) else { return }
        try await check(caller, isOf: request.requiredLevel)
    }

    /// Refuses whoever is below a level, or of none where that level does not exist.
    func check(_ caller: Caller, isOf name: String) async throws {
        let level = try await database.levels().first { $0.name == name }
        guard caller.isOfRank(level?.priority) else {
            throw Refusal(
                .forbidden, code: Refusal.permissionDenied, "This needs somebody of the level '\(name)' or above.")
        }
    }

    /// The request of a job.
    ///
    /// - Throws: ``Refusal`` 404 when it has none.
    func request(ofJob job: String) async throws -> ApprovalRequest {
        guard JobID.isPlausible(job), let request = try await database.approvalRequest(ofJob: job) else {
            throw Refusal(.notFound, "No approval request for job \(job.prefix(128))")
        }
        return request
    }

    private func close(
        _ id: Int64, as status: ApprovalRequest.Status, by caller: Caller, notes: String?
    ) async throws -> ApprovalRequest {
        let notes = notes.map { JobUpdate.bounded($0) }
        guard
            let result = try await database.closeApproval(
                id, as: status, by: caller.userID, notes: notes, now: clock())
        else { throw Refusal(.notFound, "Approval request not found: \(id)") }
        guard result.isClosed else {
            throw Refusal(
                .badRequest, "Approval request \(id) is not pending: it is \(result.request.status.rawValue).")
        }
        if let job = try await database.job(result.request.jobID) { await dispatcher.news.tellAnswered(job) }
        return result.request
    }
}
