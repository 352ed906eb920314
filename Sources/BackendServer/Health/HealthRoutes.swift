import HTTPTypes
import Hummingbird
import JSON
import Jobs
import Telemetry

/// The routes under `/api/cloud/health`, open to everybody: they name no path, no address of a client, and no cause but
/// that of a refused policy.
struct HealthRoutes: Sendable {
    let desk: HealthDesk

    func add(to router: Router<BackendContext>) {
        router.get("/api/cloud/health", use: health)
        router.get("/api/cloud/health/live") { _, _ in Response(["status": "ok"]) }
        router.get("/api/cloud/health/ready", use: ready)
        router.get("/api/version") { _, _ in
            Response([
                "version": .string(ProductVersion.text),
                "major": JSONValue(Int(ProductVersion.text.prefix { $0 != "." }) ?? 0),
                "git_install": false, "git_commit": .null, "git_dirty": .null,
            ])
        }
    }

    @Sendable private func health(_ request: Request, context: BackendContext) async throws -> Response {
        var components = await desk.components()
        var status = Self.worst(of: components)
        components += desk.breakers()
        // Another company's outage is seen here, but does not make this installation more than degraded.
        if status == .healthy, Self.worst(of: components) != .healthy { status = .degraded }
        if request.isSet("include_providers") || request.isSet("include_replicate") {
            // Another company's outage is shown, but does not make this installation ill.
            components.append(await desk.replicate())
        }
        return Response([
            "status": .string(status.rawValue),
            "version": "1.0.0",
            "uptime_seconds": JSONValue(desk.uptimeSeconds),
            "components": .array(components.map(\.document)),
            "timestamp": .string(desk.providers.clock().description),
        ])
    }

    @Sendable private func ready(_ request: Request, context: BackendContext) async throws -> Response {
        let database = await desk.database()
        guard database.status == .healthy else {
            throw Refusal(.serviceUnavailable, "Not ready: \(database.message)")
        }
        return Response(["status": "ready"])
    }

    private static func worst(of components: [HealthDesk.Component]) -> HealthDesk.Status {
        if components.contains(where: { $0.status == .unhealthy }) { return .unhealthy }
        return components.contains { $0.status == .degraded } ? .degraded : .healthy
    }
}

extension HealthDesk.Component {
    fileprivate var document: JSONValue {
        [
            "name": .string(name),
            "status": .string(status.rawValue),
            "latency_ms": JSONValue(latencyMilliseconds),
            "message": .string(message),
        ]
    }
}
