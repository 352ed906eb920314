import GRDB
public import Jobs

/// Approval rules, and the jobs that wait for somebody's approval.
extension JobDatabase {
    public func approvalRules() async throws -> [ApprovalRule] { try await read { try ApprovalTable.rules(in: $0) } }

    public func approvalRule(_ id: Int64) async throws -> ApprovalRule? {
        try await read { try ApprovalTable.rule(id, in: $0) }
    }

    /// Writes a rule, new when its id is zero.
    ///
    /// - Returns: The rule as it is stored; nil when there are too many.
    public func putApprovalRule(_ rule: ApprovalRule) async throws -> ApprovalRule? {
        try await write { database in
            try ApprovalTable.put(rule, into: database).flatMap { try ApprovalTable.rule($0, in: database) }
        }
    }

    public func deleteApprovalRule(_ id: Int64) async throws -> Bool {
        try await write { try ApprovalTable.deleteRule(id, from: $0) }
    }

    public func approvalRequests(_ status: ApprovalRequest.Status?, limit: Int) async throws -> [ApprovalRequest] {
        try await read { try ApprovalTable.requests(status, limit: limit, in: $0) }
    }

    public func approvalRequest(_ id: Int64) async throws -> ApprovalRequest? {
        try await read { try ApprovalTable.request(id, in: $0) }
    }

    public func approvalRequest(ofJob job: String) async throws -> ApprovalRequest? {
        try await read { try ApprovalTable.request(ofJob: job, in: $0) }
    }

    public func pendingApprovals() async throws -> Int { try await read { try ApprovalTable.pendingCount(in: $0) } }

    public func overdueApprovals(now: Timestamp) async throws -> [Int64] {
        try await read { try ApprovalTable.overdue(now: now, in: $0) }
    }

    /// Closes a request that is pending, and lets its job go on or ends it, in one transaction.
    ///
    /// - Parameters:
    ///   - id: The request.
    ///   - status: What becomes of it; not `pending`.
    ///   - reviewer: Who decided; nil when nobody did.
    ///   - notes: What they said.
    ///   - now: The time.
    /// - Returns: The request before, and whether it was this call that closed it; nil when there is none.
    /// - Throws: What SQLite says; then nothing was changed.
    public func closeApproval(
        _ id: Int64, as status: ApprovalRequest.Status, by reviewer: Int64?, notes: String?, now: Timestamp
    ) async throws -> (request: ApprovalRequest, isClosed: Bool)? {
        precondition(status != .pending, "a request is closed as something")
        return try await write { database in
            guard var request = try ApprovalTable.request(id, in: database) else { return nil }
            guard request.status == .pending else { return (request, false) }
            request.status = status
            request.reviewedBy = reviewer
            request.reviewedAt = now
            request.notes = notes
            try ApprovalTable.close(request, in: database)
            guard var job = try JobTable.job(request.jobID, in: database), !job.status.isTerminal else {
                return (request, true)
            }
            if status == .approved {
                job.requiresApproval = false
                try OrderTable.set(.waiting, of: job.id, now: now, in: database)
            } else {
                var update = JobUpdate()
                update.status = .cancelled
                job.apply(update, prices: .standard, now: now)
                job.errorMessage = "Approval \(status.rawValue)" + (notes.map { ": \($0)" } ?? "")
            }
            try JobTable.update(job, in: database)
            return (request, true)
        }
    }
}
