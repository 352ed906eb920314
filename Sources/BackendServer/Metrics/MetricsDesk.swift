import Jobs
import Storage
import Telemetry

/// Collects what Prometheus is shown.
struct MetricsDesk: Sendable {
    private static let windowSeconds: Int64 = 30 * 86_400

    let database: JobDatabase
    let health: HealthDesk
    let audit: AuditDesk
    let requests: RequestStatistics
    let gateway: GatewayLink
    let clock: Clock

    func text(_ categories: [MetricsSwitches.Category]) async throws -> String {
        var page = PrometheusText()
        if categories.contains(.health) { await addHealth(to: &page) }
        if categories.contains(.jobs) { try await addJobs(to: &page) }
        if categories.contains(.audit) { try await audit.addMetrics(to: &page) }
        if categories.contains(.circuitBreakers) { health.providers.breakers.addMetrics(to: &page) }
        if categories.contains(.http) { requests.addMetrics(to: &page) }
        guard categories.contains(.http) || categories.contains(.rateLimits), let door = await gateway.metrics() else {
            return page.text
        }
        if categories.contains(.rateLimits) { door.addRateLimits(to: &page) }
        return categories.contains(.http) ? page.text + door.text : page.text
    }

    private func addJobs(to page: inout PrometheusText) async throws {
        let jobs = try await database.statistics(since: clock().adding(seconds: -Self.windowSeconds))
        page.add("simpletuner_jobs_total", .gauge, help: "Total number of jobs in the last 30 days", Double(jobs.total))
        page.add("simpletuner_cost_usd_total", .gauge, help: "Total cost in USD in the last 30 days", jobs.costUSD)
        page.add(
            "simpletuner_jobs_by_status", .gauge, help: "Number of jobs by status",
            JobStatus.allCases.map {
                PrometheusText.Sample(Double(jobs.byStatus[$0] ?? 0), labels: [("status", $0.rawValue)])
            })
        if let duration = jobs.averageDurationSeconds {
            page.add(
                "simpletuner_job_duration_seconds_avg", .gauge,
                help: "Average duration of the jobs of the last 30 days in seconds", duration)
        }
        page.add(
            "simpletuner_jobs_active", .gauge, help: "Number of active (non-terminal) jobs", Double(jobs.active))
    }

    private func addHealth(to page: inout PrometheusText) async {
        let components = await health.components() + health.breakers()
        page.add("simpletuner_uptime_seconds", .gauge, help: "Server uptime in seconds", health.uptimeSeconds)
        if let latency = components.first(where: { $0.name == "database" })?.latencyMilliseconds {
            page.add(
                "simpletuner_health_database_latency_ms", .gauge, help: "Database latency in milliseconds", latency)
        }
        page.add(
            "simpletuner_health_component_status", .gauge,
            help: "Component health status (0=unhealthy, 1=degraded, 2=healthy)",
            components.map { PrometheusText.Sample($0.status.number, labels: [("component", $0.name)]) })
        page.add(
            "tunergate_outbound_unverified", .gauge,
            help: "Whether certificates of providers are left unchecked (1) or not (0)",
            components.contains { $0.name == "outbound_tls" } ? 1 : 0)
        addPolicy(await health.policyStanding(), to: &page)
    }

    private func addPolicy(_ standing: PolicyStanding, to page: inout PrometheusText) {
        let versions = [("wanted", standing.wanted), ("applied", standing.applied)]
        page.add(
            "tunergate_policy_version", .gauge,
            help: "Version of the gateway's policy: as it is configured, and as every worker of the gateway uses it",
            versions.compactMap { side, version in
                version.map { PrometheusText.Sample(Double($0), labels: [("side", side)]) }
            })
        page.add(
            "tunergate_policy_refused", .gauge,
            help: "Whether the gateway refuses the policy that was written for it (1) or not (0)",
            standing.isRefused ? 1 : 0)
    }
}

extension HealthDesk.Status {
    fileprivate var number: Double {
        switch self {
        case .unhealthy: 0
        case .degraded: 1
        case .healthy: 2
        }
    }
}
