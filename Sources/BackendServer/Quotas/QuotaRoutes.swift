import Accounts
import AuditTrail
import HTTPTypes
import Hummingbird
import JSON
import Jobs
import Storage

/// The routes under `/api/quotas`.
///
/// Fixed words come before `{id}`, so that none of them is taken for a number.
struct QuotaRoutes: Sendable {
    private static let bodyMax = 64 * 1024

    let database: JobDatabase
    let audit: AuditDesk
    let clock: Clock

    func add(to group: RouterGroup<BackendContext>) {
        group.get(use: list)
        group.post(use: create)
        group.get("types", use: types)
        group.get("me", use: mine)
        group.get("status", use: status)
        group.post("cost-estimate", use: costEstimate)
        group.get("user/:user", use: user)
        group.get(":id", use: get)
        group.delete(":id", use: delete)
    }

    @Sendable private func list(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.quotaView)
        return Response(["quotas": .array(try await database.quotas().map(\.document))])
    }

    @Sendable private func create(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.require(.quotaManage)
        let wanted = try Quota(try await request.object(upTo: Self.bodyMax, context))
        guard let quota = try await database.addQuota(wanted, by: caller.userID, now: clock()) else {
            throw Refusal(.conflict, "There are too many quotas. Delete one first.")
        }
        await audit.record(
            .quotaChanged, on: "quota", String(quota.id), ["change": "created", "quota_type": quota.type.rawValue],
            by: request, context)
        var members = quota.document.members ?? [:]
        members["quota"] = quota.document
        return Response(.object(members))
    }

    @Sendable private func get(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.quotaView)
        let id = try context.number("id")
        guard let quota = try await database.quota(id) else { throw Refusal(noQuota: id) }
        return Response(quota.document)
    }

    @Sendable private func delete(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.quotaManage)
        let id = try context.number("id")
        guard try await database.deleteQuota(id) else { throw Refusal(noQuota: id) }
        await audit.record(.quotaChanged, on: "quota", String(id), ["change": "deleted"], by: request, context)
        return Response(["success": true])
    }

    @Sendable private func types(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.quotaView)
        return Response([
            "quota_types": .array(QuotaType.allCases.map { .string($0.rawValue) }),
            "actions": .array(QuotaAction.allCases.map { .string($0.rawValue) }),
            "types": .array(
                QuotaType.allCases.map {
                    ["name": .string($0.rawValue), "description": .string($0.summary), "unit": .string($0.unit)]
                }),
        ])
    }

    @Sendable private func mine(_ request: Request, context: BackendContext) async throws -> Response {
        let standing = try await standing(of: Submitter(try context.require(.jobViewOwn)))
        return Response(standing.document)
    }

    @Sendable private func user(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.quotaView)
        let user = try context.number("user")
        guard let submitter = try await submitter(user) else { throw Refusal(.notFound, "User not found: \(user)") }
        return Response(try await standing(of: submitter).document)
    }

    /// The command line's view of the caller's quotas.
    @Sendable private func status(_ request: Request, context: BackendContext) async throws -> Response {
        let standing = try await standing(of: Submitter(try context.require(.jobViewOwn)))
        return Response([
            "quotas": .array(
                standing.statuses.map {
                    [
                        "quota_type": .string($0.quota.type.rawValue), "limit_value": JSONValue($0.quota.limit),
                        "current_usage": JSONValue($0.current), "action": .string($0.quota.action.rawValue),
                    ]
                })
        ])
    }

    @Sendable private func costEstimate(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.require(.jobViewOwn)
        guard let cost = request.query("estimated_cost").flatMap({ Double($0) }), cost.isFinite, cost >= 0 else {
            throw Refusal(invalid: "estimated_cost", in: "query", "Input should be a number that is not negative")
        }
        let standing = try await standing(of: Submitter(caller))
        return Response(standing.impact(of: cost))
    }

    /// Somebody as a submitter, an account or the machine's own administrator; nil when there is none.
    private func submitter(_ user: Int64) async throws -> Submitter? {
        if let account = try await database.account(user) { return Submitter(Caller(account)) }
        return user == Caller.localAdmin.userID ? Submitter(.localAdmin) : nil
    }

    private func standing(of submitter: Submitter) async throws -> QuotaStanding {
        let usage = try await database.usage(of: submitter.userID, now: clock())
        return QuotaStanding(
            submitter: submitter,
            statuses: try await database.quotas().holding(for: submitter).map { QuotaStatus($0, usage) })
    }
}

extension BackendContext {
    /// A whole number in the path.
    func number(_ name: String) throws -> Int64 {
        guard let number = Int64(try parameters.require(name)), number >= 0 else {
            throw Refusal(invalid: name, in: "path", "Input should be a valid integer")
        }
        return number
    }
}

extension Refusal {
    fileprivate init(noQuota id: Int64) { self.init(.notFound, "Quota not found: \(id)") }
}
