import Accounts
import AuditTrail
import HTTPTypes
import Hummingbird
import JSON
import Jobs
import Providers
import Storage
import Webhooks

/// The routes under `/api/webhooks` that say who is told of events; those by which providers tell us are elsewhere.
struct SubscriptionRoutes: Sendable {
    /// The router has one name for a place in a path, and the route by which providers tell us has this one.
    private static let number = "provider"
    private static let one = ":\(number)"
    private static let bodyMax = 16 * 1024
    private static let nameBytesMax = 100
    private static let secretBytesMax = 256

    let desk: SubscriptionDesk
    let audit: AuditDesk

    func add(to group: RouterGroup<BackendContext>) {
        group.get(use: list)
        group.post(use: create)
        group.get("events", use: events)
        group.get("history", use: history)
        group.get("\(Self.one)", use: get)
        group.patch("\(Self.one)", use: change)
        group.delete("\(Self.one)", use: delete)
        group.post("\(Self.one)/test", use: test)
        group.get("\(Self.one)/history", use: historyOfOne)
    }

    @Sendable private func list(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminConfig)
        return Response(["webhooks": .array(try await desk.database.subscriptions().map(\.document))])
    }

    @Sendable private func events(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminConfig)
        return Response([
            "events": .array(
                OutgoingEvent.allCases.map { ["name": .string($0.rawValue), "description": .string($0.summary)] })
        ])
    }

    @Sendable private func create(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminConfig)
        let members = RequestMembers(try await request.object(upTo: Self.bodyMax, context))
        _ = try (members.required("name"), members.required("url"))
        let made = Subscription(id: 0, name: "", url: "", createdAt: desk.clock())
        let stored = try await store(try await edited(made, by: members))
        await audit.record(
            .configChanged, on: "webhook", String(stored.id), ["change": "created"], by: request, context)
        var answer = stored.document.members ?? [:]
        answer["webhook"] = stored.document
        return Response(.object(answer), status: .created)
    }

    @Sendable private func get(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminConfig)
        return Response(try await subscription(context).document)
    }

    @Sendable private func change(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminConfig)
        let found = try await subscription(context)
        let members = RequestMembers(try await request.object(upTo: Self.bodyMax, context))
        let stored = try await store(try await edited(found, by: members))
        await audit.record(
            .configChanged, on: "webhook", String(stored.id), ["change": "changed"], by: request, context)
        return Response(stored.document)
    }

    @Sendable private func delete(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminConfig)
        let id = try context.number(Self.number)
        guard try await desk.database.deleteSubscription(id) else { throw Refusal(noSubscription: id) }
        await audit.record(.configChanged, on: "webhook", String(id), ["change": "deleted"], by: request, context)
        return Response(["success": true])
    }

    @Sendable private func test(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminConfig)
        let found = try await subscription(context)
        let members = RequestMembers(try await request.json(upTo: Self.bodyMax, context).members ?? [:])
        let event = try members.text("event_type") ?? "test"
        guard event == "test" || OutgoingEvent(rawValue: event) != nil else {
            throw Refusal(invalid: "event_type", in: "body", "There is no such event")
        }
        guard desk.providers.probeLimit.enter() else { throw Refusal(.serviceUnavailable, WebhookProbe.busy) }
        defer { desk.providers.probeLimit.leave() }
        let delivery = Delivery(
            id: 0, subscriptionID: found.id, event: event, jobID: nil, createdAt: desk.clock(), attempts: 0,
            state: .waiting, last: nil)
        let attempt = try await desk.send(delivery, to: found)
        try await desk.database.noteTest(event, of: found.id, attempt, now: desk.clock())
        return Response([
            "success": .bool(attempt.problem == nil),
            "response_status": attempt.status.map { JSONValue($0) } ?? .null,
            "response_time_ms": JSONValue(attempt.milliseconds), "error": JSONValue(attempt.problem),
        ])
    }

    @Sendable private func history(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminConfig)
        return try await answer(of: nil, request)
    }

    @Sendable private func historyOfOne(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminConfig)
        return try await answer(of: try await subscription(context).id, request)
    }

    private func answer(of subscription: Int64?, _ request: Request) async throws -> Response {
        let limit = try request.query("limit", default: 20, in: 1...500)
        let deliveries = try await desk.database.deliveries(of: subscription, limit: limit)
        return Response(["deliveries": .array(deliveries.map(\.document))])
    }

    private func subscription(_ context: BackendContext) async throws -> Subscription {
        let id = try context.number(Self.number)
        guard let found = try await desk.database.subscription(id) else { throw Refusal(noSubscription: id) }
        return found
    }

    private func store(_ subscription: Subscription) async throws -> Subscription {
        guard let stored = try await desk.database.putSubscription(subscription) else {
            throw Refusal(.conflict, "There are too many webhooks. Delete one first.")
        }
        return stored
    }

    /// A subscription with what a request changes of it, checked.
    ///
    /// An address that leads behind our walls is refused here, and again each time a message is sent.
    private func edited(_ subscription: Subscription, by members: RequestMembers) async throws -> Subscription {
        try members.allow(["name", "url", "events", "secret", "enabled"])
        var edited = subscription
        if let name = try members.text("name") {
            guard (1...Self.nameBytesMax).contains(name.utf8.count) else {
                throw Refusal(invalid: "name", in: "body", "A name has 1 to \(Self.nameBytesMax) bytes")
            }
            edited.name = name
        }
        if let url = try members.text("url") {
            if case .refused(let reason) = try await desk.providers.way(toTarget: url) {
                throw Refusal(invalid: "url", in: "body", reason)
            }
            edited.url = url
        }
        if let names = try members.texts("events", countMax: 100) {
            edited.events = Set(
                try names.enumerated().map { index, name throws(Refusal) in
                    guard let event = OutgoingEvent(rawValue: name) else {
                        let known = OutgoingEvent.allCases.map(\.rawValue).joined(separator: ", ")
                        throw Refusal(
                            invalid: "events", at: index, in: "body",
                            "There is no such event. Those that there are: \(known)")
                    }
                    return event
                })
        }
        if let secret = try members.text("secret") {
            guard secret.utf8.count <= Self.secretBytesMax else {
                throw Refusal(invalid: "secret", in: "body", "A secret has at most \(Self.secretBytesMax) bytes")
            }
            // An empty one takes it away.
            edited.sealedSecret = secret.isEmpty ? nil : try desk.seal.seal(secret)
        }
        edited.isEnabled = try members.flag("enabled") ?? edited.isEnabled
        return edited
    }
}

extension Refusal {
    fileprivate init(noSubscription id: Int64) { self.init(.notFound, "Webhook not found: \(id)") }
}
