import Accounts
import AuditTrail
import HTTPTypes
import Hummingbird
import JSON
import Jobs
import Storage

/// The routes under `/api/audit`.
struct AuditRoutes: Sendable {
    private static let daySeconds: Int64 = 86_400

    let desk: AuditDesk

    func add(to group: RouterGroup<BackendContext>) {
        group.get(use: list)
        group.get("stats", use: statistics)
        group.get("types", use: types)
        group.get("verify", use: verify)
        group.get("security", use: security)
        group.get("user/:id", use: user)
    }

    @Sendable private func list(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminAudit)
        return try await answer(try AuditQuery(request))
    }

    /// The refusals and whatever else may be somebody's attempt; what else is asked for narrows that.
    @Sendable private func security(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminAudit)
        var query = try AuditQuery(request)
        let wanted = Set(AuditEventType.security)
        query.types = query.types?.intersection(wanted) ?? wanted
        return try await answer(query)
    }

    @Sendable private func user(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminAudit)
        var query = try AuditQuery(request)
        query.actor = try context.parameters.require("id")
        return try await answer(query)
    }

    private func answer(_ query: AuditQuery) async throws -> Response {
        let page = try await desk.database.auditPage(query)
        return Response([
            "entries": .array(page.entries.map(\.document)),
            "total": JSONValue(page.total),
            "has_more": .bool(query.offset + page.entries.count < page.total),
        ])
    }

    @Sendable private func statistics(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminAudit)
        try request.allowQuery()
        let yesterday = desk.clock().adding(seconds: -Self.daySeconds)
        let statistics = try await desk.database.auditStatistics(since: yesterday.milliseconds)
        return Response([
            "total_entries": JSONValue(statistics.total),
            "by_type": .object(statistics.byType.mapValues { JSONValue($0) }),
            "last_24h": JSONValue(statistics.recent),
            "first_entry": JSONValue(statistics.firstMilliseconds.map { Timestamp(milliseconds: $0).description }),
            "last_entry": JSONValue(statistics.lastMilliseconds.map { Timestamp(milliseconds: $0).description }),
        ])
    }

    @Sendable private func types(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminAudit)
        try request.allowQuery()
        return Response([
            "event_types": .array(
                AuditEventType.known.map { ["value": .string($0.name), "name": .string($0.title)] })
        ])
    }

    @Sendable private func verify(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminAudit)
        try request.allowQuery(["start_id", "end_id"])
        let part = AuditDesk.Part(
            first: try request.sequence("start_id"), last: try request.sequence("end_id"))
        if let first = part.first, let last = part.last, first > last {
            throw Refusal(invalid: "end_id", in: "query", "It is before start_id.")
        }
        return Response(try await desk.verify(part).document)
    }
}

extension Request {
    /// The number of an entry; nil when it is not given.
    fileprivate func sequence(_ name: Substring) throws -> Int64? {
        guard let text = query(name) else { return nil }
        guard let number = Int64(text), number > 0 else {
            throw Refusal(invalid: String(name), in: "query", "Input should be a positive integer")
        }
        return number
    }
}

extension AuditQuery {
    fileprivate init(_ request: Request) throws {
        do throws(AuditQueryError) {
            try self.init(
                parameters: request.uri.queryParameters.map { (String($0.key), String($0.value)) },
                instant: { Timestamp(iso8601: $0)?.milliseconds })
        } catch {
            throw Refusal(invalid: error.parameter, in: "query", error.reason)
        }
    }
}
