import Accounts
import HTTPTypes
import Hummingbird
import JSON
import Storage

/// The hints that the pages show until somebody dismisses them, and whether the provider is polled.
struct HintRoutes: Sendable {
    private static let dismissedName = "dismissed_hints"
    private static let pollingName = "polling_preference"
    private static let bodyMax = 4096
    /// An administrator's hints are any names behind `admin_`, so there is a bound on how many are kept.
    private static let hintsMax = 100

    let database: JobDatabase

    /// What whoever asks is told.
    func addOpen(to router: some RouterMethods<BackendContext>) {
        router.get("/api/cloud/hints", use: list)
        router.get("/api/cloud/hints/status", use: status)
        router.get("/api/cloud/polling/status", use: polling)
        router.get("/api/queue/polling/status", use: polling)
    }

    /// - Parameters:
    ///   - cloud: The group of `/api/cloud`.
    ///   - queue: The group of `/api/queue`.
    func add(to cloud: RouterGroup<BackendContext>, _ queue: RouterGroup<BackendContext>) {
        cloud.post("hints/dismiss/:hint", use: dismiss)
        cloud.post("hints/show/:hint", use: show)
        cloud.put("polling/setting", use: setPolling)
        queue.put("polling/setting", use: setPolling)
    }

    @Sendable private func list(_ request: Request, context: BackendContext) async throws -> Response {
        Response(["dismissed_hints": .array(try await dismissed().map { .string($0) })])
    }

    @Sendable private func status(_ request: Request, context: BackendContext) async throws -> Response {
        let dismissed = try await dismissed()
        return Response([
            "dataloader_hint_dismissed": .bool(dismissed.contains("dataloader")),
            "git_hint_dismissed": .bool(dismissed.contains("git")),
        ])
    }

    @Sendable private func dismiss(_ request: Request, context: BackendContext) async throws -> Response {
        let hint = try hint(context)
        let others = try await dismissed().filter { $0 != hint }
        guard others.count < Self.hintsMax else { throw Refusal(.conflict, "Too many hints are dismissed.") }
        return try await store(others + [hint], hint)
    }

    @Sendable private func show(_ request: Request, context: BackendContext) async throws -> Response {
        let hint = try hint(context)
        return try await store(try await dismissed().filter { $0 != hint }, hint)
    }

    private func hint(_ context: BackendContext) throws -> String {
        let hint = try context.parameters.require("hint")
        // They are everybody's.
        try context.require(hint.hasPrefix("admin_") ? .adminConfig : .configView)
        let isPlain = hint.utf8.count <= 64 && hint.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        guard isPlain, ["dataloader", "git"].contains(hint) || hint.hasPrefix("admin_") else {
            throw Refusal(.badRequest, "Unknown hint: \(hint.prefix(64))")
        }
        return hint
    }

    private func dismissed() async throws -> [String] {
        try await database.setting(Self.dismissedName)?.elements?.compactMap(\.text) ?? []
    }

    private func store(_ hints: [String], _ hint: String) async throws -> Response {
        try await database.setSettings([Self.dismissedName: .array(hints.map { .string($0) })])
        return Response(["success": true, "hint": .string(hint)])
    }

    /// The provider is always polled: a preference is kept for whoever set it, and lost events are found all the same.
    @Sendable private func polling(_ request: Request, context: BackendContext) async throws -> Response {
        let preference = try await database.setting(Self.pollingName) ?? .null
        return Response(["is_active": true, "preference": preference])
    }

    /// What the query says, as the queue's pages ask, else the body.
    private func wantedPolling(_ request: Request, _ context: BackendContext) async throws -> JSONValue {
        if let word = request.query("enabled") {
            return ["true": .bool(true), "false": .bool(false)][word] ?? .string(word)
        }
        return try await request.object(upTo: Self.bodyMax, context)["enabled"] ?? .null
    }

    @Sendable private func setPolling(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminConfig)
        let value = try await wantedPolling(request, context)
        guard value.isNull || value.bool != nil else {
            throw Refusal(invalid: "enabled", in: "body", "Input should be a valid boolean")
        }
        try await database.setSettings([Self.pollingName: value])
        return Response(["success": true, "is_active": true, "preference": value])
    }
}
