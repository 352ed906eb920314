import Accounts
import AuditTrail
import HTTPTypes
import Hummingbird
import JSON
import Jobs
import NIOCore
import Storage
import Telemetry

/// The routes under `/api/cloud/metrics` and, as the command line asks, `/api/metrics`.
struct MetricsRoutes: Sendable {
    private static let bodyMax = 64 * 1024
    private static let hintsMax = 100
    private static let disabled = "# Prometheus export disabled. Enable in Metrics tab.\n"

    let desk: MetricsDesk

    /// What everybody may read: the scrape.
    func addOpen(to router: some RouterMethods<BackendContext>) {
        router.get("/api/cloud/metrics/prometheus", use: scrape)
        router.get("/api/metrics/prometheus", use: scrape)
    }

    /// What is asked for and set by those who look after the installation, under both of its prefixes.
    func add(to router: some RouterMethods<BackendContext>) {
        router.get("/api/metrics/prometheus/info", use: info)
        router.get("/api/metrics/status", use: status)
        for prefix in ["/api/cloud/metrics/config", "/api/metrics/config"] {
            let group = router.group(RouterPath(prefix))
            group.get(use: get)
            group.put(use: put)
            group.get("categories", use: categories)
            group.get("templates", use: templates)
            group.post("templates/:template", use: apply)
            group.post("apply-template/:template", use: apply)
            group.get("preview", use: preview)
            group.post("preview", use: previewList)
            group.post("dismiss-hint/:hint") { try await hint($0, $1, isDismissed: true) }
            group.post("show-hint/:hint") { try await hint($0, $1, isDismissed: false) }
        }
    }

    @Sendable private func scrape(_ request: Request, context: BackendContext) async throws -> Response {
        let switches = try await MetricsSwitches(stored: desk.database)
        let text = switches.isEnabled ? try await desk.text(switches.categories) : Self.disabled
        // The command line's form.
        if request.uri.path.hasPrefix("/api/metrics/"),
            request.headers[.accept]?.hasPrefix("application/json") == true
        {
            return Response(["metrics": .string(text)])
        }
        return Response(
            status: .ok,
            headers: [.contentType: PrometheusText.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    @Sendable private func get(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.configView)
        return Response(try await MetricsSwitches(stored: desk.database).document)
    }

    @Sendable private func put(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminConfig)
        var switches = try await MetricsSwitches(stored: desk.database)
        try switches.change(try await request.object(upTo: Self.bodyMax, context))
        return try await store(switches, request, context)
    }

    @Sendable private func categories(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.configView)
        return Response(["categories": MetricsCatalogue.categories])
    }

    @Sendable private func templates(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.configView)
        return Response(["templates": .array(MetricsCatalogue.templates.map(\.document))])
    }

    /// Sets a template's categories, and switches the export on.
    @Sendable private func apply(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminConfig)
        let id = try context.parameters.require("template")
        guard let template = MetricsCatalogue.templates.first(where: { $0.id == id }) else {
            throw Refusal(.notFound, "Template not found: \(id.prefix(64))")
        }
        var switches = MetricsSwitches()
        (switches.isEnabled, switches.categories) = (true, template.categories)
        return try await store(switches, request, context)
    }

    private func store(
        _ switches: MetricsSwitches, _ request: Request, _ context: BackendContext
    ) async throws -> Response {
        try await switches.store(in: desk.database)
        await desk.audit.record(.configChanged, on: "config", "metrics", by: request, context)
        return Response(switches.document)
    }

    /// What a scrape would get, whether the export is on or not.
    @Sendable private func preview(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.configView)
        let names = request.uri.queryParameters.getAll("categories").map { JSONValue.string(String($0)) }
        return try await preview(names.isEmpty ? .null : .array(names))
    }

    @Sendable private func previewList(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.configView)
        return try await preview(try await request.json(upTo: Self.bodyMax, context))
    }

    private func preview(_ names: JSONValue) async throws -> Response {
        let categories = names.isNull ? MetricsSwitches.Category.allCases : try MetricsSwitches.categories(names)
        let text = try await desk.text(categories)
        return Response([
            "content": .string(text),
            "metric_count": JSONValue(text.split(separator: "\n").count { $0.hasPrefix("# TYPE ") }),
            "categories_used": .array(categories.map { .string($0.rawValue) }),
        ])
    }

    private func hint(_ request: Request, _ context: BackendContext, isDismissed: Bool) async throws -> Response {
        try context.require(.adminConfig)
        let hint = try context.parameters.require("hint")
        guard (1...64).contains(hint.utf8.count), hint.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw Refusal(.badRequest, "Unknown hint: \(hint.prefix(64))")
        }
        let name = "metrics_dismissed_hints"
        var hints = try await desk.database.setting(name)?.elements ?? []
        hints.removeAll { $0 == .string(hint) }
        if isDismissed { hints.append(.string(hint)) }
        try await desk.database.setSettings([name: .array(hints.suffix(Self.hintsMax))])
        return Response(["success": true, "hint": .string(hint)])
    }

    @Sendable private func info(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.configView)
        let switches = try await MetricsSwitches(stored: desk.database)
        let text = try await desk.text(switches.categories)
        let families = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.compactMap { line in
            line.split(separator: " ").dropFirst(2).first.map { JSONValue.string(String($0)) }
        }
        return Response([
            "endpoint": "/api/metrics/prometheus", "enabled": .bool(switches.isEnabled),
            "metric_families": .array(families),
        ])
    }

    @Sendable private func status(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.configView)
        let switches = try await MetricsSwitches(stored: desk.database)
        return Response([
            "enabled": .bool(switches.isEnabled), "prometheus_enabled": .bool(switches.isEnabled),
            "prometheus_endpoint": "/api/metrics/prometheus",
            "collectors": .array(switches.categories.map { .string($0.rawValue) }),
        ])
    }
}
