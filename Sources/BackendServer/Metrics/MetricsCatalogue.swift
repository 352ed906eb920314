import JSON

/// What the metrics are called, for people who choose among them.
enum MetricsCatalogue {
    /// Some categories for one purpose.
    struct Template {
        let id: String
        let name: String
        let description: String
        let categories: [MetricsSwitches.Category]

        var document: JSONValue {
            [
                "id": .string(id), "name": .string(name), "description": .string(description),
                "categories": .array(categories.map { .string($0.rawValue) }),
            ]
        }
    }

    /// SimpleTuner's own.
    static let templates = [
        Template(
            id: "minimal", name: "Minimal", description: "Just job counts - lightweight monitoring",
            categories: [.jobs]),
        Template(
            id: "standard", name: "Standard (Recommended)", description: "Jobs, HTTP metrics, and health checks",
            categories: [.jobs, .http, .health]),
        Template(
            id: "security", name: "Security", description: "Include rate limiting, audit, and approval tracking",
            categories: [.jobs, .http, .rateLimits, .audit, .approvals]),
        Template(
            id: "full", name: "Full", description: "All available metrics",
            categories: MetricsSwitches.Category.allCases),
    ]

    static let categories: JSONValue = .array(MetricsSwitches.Category.allCases.map(document))

    private static func document(_ category: MetricsSwitches.Category) -> JSONValue {
        let (name, description, metrics) = words(category)
        return [
            "id": .string(category.rawValue), "name": .string(name), "description": .string(description),
            "metrics": .array(metrics.map { .string("simpletuner_" + $0) }),
        ]
    }

    private static func words(
        _ category: MetricsSwitches.Category
    ) -> (name: String, description: String, metrics: [String]) {
        switch category {
        case .jobs:
            (
                "Jobs", "How many jobs there are, in which states, and what they cost",
                ["jobs_total", "cost_usd_total", "jobs_by_status", "job_duration_seconds_avg", "jobs_active"]
            )
        case .http:
            (
                "HTTP", "Requests, errors and latencies by route, and the gateway's own figures",
                ["http_requests_total", "http_errors_total", "http_request_latency_ms_avg"]
            )
        case .rateLimits:
            (
                "Rate limits", "Refused requests and clients that are counted",
                ["rate_limit_violations_total", "rate_limit_tracked_clients"]
            )
        case .approvals:
            (
                "Approvals", "Requests for approval by state",
                ["approval_requests_pending", "approval_requests_by_status"]
            )
        case .audit:
            (
                "Audit", "Entries of the audit trail",
                ["audit_log_entries_total", "audit_log_entries_by_type", "audit_log_entries_24h"]
            )
        case .health:
            (
                "Health", "Uptime and the state of each component",
                ["uptime_seconds", "health_database_latency_ms", "health_component_status"]
            )
        case .circuitBreakers:
            (
                "Circuit breakers", "Which providers are left alone because they fail",
                ["circuit_breaker_state", "circuit_breaker_failures_total", "circuit_breaker_successes_total"]
            )
        case .provider:
            (
                "Provider", "Cost limits and credit",
                ["cost_limit_percent_used", "credit_balance_usd", "estimated_jobs_remaining"]
            )
        }
    }
}
