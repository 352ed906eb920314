import Accounts
import AuditTrail
import HTTPTypes
import Hummingbird
import JSON
import Jobs
import Storage

/// The routes under `/api/approvals`: rules, and the requests that they make.
struct ApprovalRoutes: Sendable {
    private static let bodyMax = 64 * 1024

    let database: JobDatabase
    let desk: ApprovalDesk
    let audit: AuditDesk
    let clock: Clock

    func add(to group: RouterGroup<BackendContext>) {
        group.get("rules", use: rules)
        group.post("rules", use: createRule)
        group.get("rules/:id", use: rule)
        group.patch("rules/:id", use: changeRule)
        group.delete("rules/:id", use: deleteRule)
        group.get("conditions", use: conditions)
        group.get("requests", use: requests)
        group.get("requests/pending/count", use: pendingCount)
        group.get("requests/job/:job", use: requestOfJob)
        group.get("requests/:id", use: oneRequest)
        group.post("requests/:id/approve", use: approve)
        group.post("requests/:id/reject", use: reject)
        group.post("requests/:id/cancel", use: cancel)
        // As the command line asks.
        group.get(use: approvals)
        group.post(":id/approve", use: approve)
        group.post(":id/reject", use: reject)
    }

    @Sendable private func rules(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminApprove)
        let rules = try await database.approvalRules().filter { $0.isActive || !request.isSet("active_only") }
        return Response(["rules": .array(rules.map(\.document))])
    }

    @Sendable private func createRule(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.require(.adminApprove)
        var rule = ApprovalRule(name: "", condition: .costExceeds, threshold: "", createdAt: clock())
        rule.createdBy = caller.userID
        try rule.change(try await request.object(upTo: Self.bodyMax, context), isNew: true)
        return try await store(rule, request, context)
    }

    @Sendable private func rule(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminApprove)
        return Response(try await rule(context).document)
    }

    @Sendable private func changeRule(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.require(.adminApprove)
        var rule = try await rule(context)
        // Whoever may not approve by a rule may not change it away.
        try await desk.check(caller, isOf: rule.approverLevel)
        try rule.change(try await request.object(upTo: Self.bodyMax, context), isNew: false)
        return try await store(rule, request, context)
    }

    @Sendable private func deleteRule(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.require(.adminApprove)
        let id = try context.number("id")
        try await desk.check(caller, isOf: try await rule(context).approverLevel)
        guard try await database.deleteApprovalRule(id) else { throw Refusal(noRule: id) }
        await audit.record(
            .configChanged, on: "approval_rule", String(id), ["change": "deleted"], by: request, context)
        return Response(["success": true])
    }

    private func rule(_ context: BackendContext) async throws -> ApprovalRule {
        let id = try context.number("id")
        guard let rule = try await database.approvalRule(id) else { throw Refusal(noRule: id) }
        return rule
    }

    private func store(_ rule: ApprovalRule, _ request: Request, _ context: BackendContext) async throws -> Response {
        guard let stored = try await database.putApprovalRule(rule) else {
            throw Refusal(.conflict, "There are too many approval rules. Delete one first.")
        }
        await audit.record(
            .configChanged, on: "approval_rule", String(stored.id), ["change": "stored"], by: request, context)
        return Response(stored.document)
    }

    @Sendable private func conditions(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminApprove)
        return Response([
            "conditions": .array(
                ApprovalRule.Condition.allCases.map {
                    ["name": .string($0.rawValue), "description": .string($0.summary)]
                })
        ])
    }

    @Sendable private func requests(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminApprove)
        let found = try await found(request)
        return Response([
            "requests": .array(found.map(\.document)),
            "pending_count": JSONValue(try await database.pendingApprovals()),
        ])
    }

    @Sendable private func approvals(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminApprove)
        return Response(["approvals": .array(try await found(request).map(\.shortDocument))])
    }

    private func found(_ request: Request) async throws -> [ApprovalRequest] {
        var status: ApprovalRequest.Status? = request.isSet("pending_only") ? .pending : nil
        if let word = request.query("status") {
            status = ApprovalRequest.Status(rawValue: word)
            guard status != nil else {
                throw Refusal(unknown: "status", word, ApprovalRequest.Status.allCases.map(\.rawValue), "statuses")
            }
        }
        return try await database.approvalRequests(
            status, limit: try request.query("limit", default: 50, in: 1...200))
    }

    @Sendable private func pendingCount(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminApprove)
        return Response(["pending_count": JSONValue(try await database.pendingApprovals())])
    }

    @Sendable private func oneRequest(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminApprove)
        let id = try context.number("id")
        guard let found = try await database.approvalRequest(id) else {
            throw Refusal(.notFound, "Approval request not found: \(id)")
        }
        return Response(found.document)
    }

    @Sendable private func requestOfJob(_ request: Request, context: BackendContext) async throws -> Response {
        let found = try await desk.request(ofJob: try context.parameters.require("job"))
        let caller = try context.signedIn()
        if !caller.may(.adminApprove) { try context.require(.jobViewOwn, orAll: .jobViewAll, of: found.userID) }
        return Response(found.document)
    }

    @Sendable private func approve(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.require(.adminApprove)
        let notes = try await words(request, context)["notes"]?.text
        let done = try await desk.approve(try context.number("id"), by: caller, notes: notes)
        await audit.record(.jobApproved, on: "job", done.jobID, by: request, context)
        return Response(done.decision)
    }

    @Sendable private func reject(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.require(.adminApprove)
        let words = try await words(request, context)
        guard let reason = words["reason"]?.text ?? words["notes"]?.text, !reason.isEmpty else {
            throw Refusal(invalid: "reason", in: "body", "Field required")
        }
        let done = try await desk.turnDown(try context.number("id"), as: .rejected, by: caller, reason: reason)
        await audit.record(.jobRejected, on: "job", done.jobID, by: request, context)
        return Response(done.decision)
    }

    @Sendable private func cancel(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.signedIn()
        let id = try context.number("id")
        guard let found = try await database.approvalRequest(id) else {
            throw Refusal(.notFound, "Approval request not found: \(id)")
        }
        try context.require(.jobCancelOwn, orAll: .jobCancelAll, of: found.userID)
        let done = try await desk.turnDown(id, as: .cancelled, by: caller, reason: nil)
        await audit.record(.jobCancelled, on: "job", done.jobID, by: request, context)
        return Response(done.decision)
    }

    /// The members of the body; none when there is no body.
    private func words(_ request: Request, _ context: BackendContext) async throws -> [String: JSONValue] {
        let document = try await request.json(upTo: Self.bodyMax, context)
        if document.isNull { return [:] }
        guard let members = document.members else {
            throw Refusal(.unprocessableContent, "The body must be a JSON object.")
        }
        return members
    }
}

extension Refusal {
    fileprivate init(noRule id: Int64) { self.init(.notFound, "Approval rule not found: \(id)") }
}
