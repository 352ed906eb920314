import AuditTrail
import HTTPTypes
import Hummingbird
import Jobs
import NIOCore
import Telemetry

/// The routes under `/api/cloud/metrics`.
struct MetricsRoutes: Sendable {
    private static let bodyMax = 64 * 1024
    private static let disabled = "# Prometheus export disabled. Enable in Metrics tab.\n"

    let desk: MetricsDesk

    /// What everybody may read: the scrape.
    func addOpen(to router: Router<BackendContext>) {
        router.get("/api/cloud/metrics/prometheus", use: scrape)
        router.get("/api/metrics/prometheus", use: scrape)
    }

    func add(to group: RouterGroup<BackendContext>) {
        group.get("config", use: get)
        group.put("config", use: put)
    }

    @Sendable private func scrape(_ request: Request, context: BackendContext) async throws -> Response {
        let switches = try await MetricsSwitches(stored: desk.database)
        let text = switches.isEnabled ? try await desk.text(switches.categories) : Self.disabled
        return Response(
            status: .ok,
            headers: [.contentType: PrometheusText.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    @Sendable private func get(_ request: Request, context: BackendContext) async throws -> Response {
        Response(try await MetricsSwitches(stored: desk.database).document)
    }

    @Sendable private func put(_ request: Request, context: BackendContext) async throws -> Response {
        var switches = try await MetricsSwitches(stored: desk.database)
        try switches.change(try await request.object(upTo: Self.bodyMax, context))
        try await switches.store(in: desk.database)
        var event = desk.audit.event(.configChanged)
        event.take(from: request, context)
        (event.targetType, event.target) = ("config", "metrics")
        await desk.audit.record(event)
        return Response(switches.document)
    }
}
