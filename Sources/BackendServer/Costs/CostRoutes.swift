import Accounts
import HTTPTypes
import Hummingbird
import JSON
import Jobs
import Storage

/// The routes that tell what jobs cost, have cost and may cost.
struct CostRoutes: Sendable {
    private static let bodyMax = 4 * 1024 * 1024

    let database: JobDatabase
    let providers: ProviderDesk
    let submissions: SubmissionDesk
    let clock: Clock

    /// - Parameters:
    ///   - cloud: The group of `/api/cloud`.
    ///   - metrics: The group of `/api/metrics`.
    func add(to cloud: RouterGroup<BackendContext>, _ metrics: RouterGroup<BackendContext>) {
        cloud.get("cost-limit/status", use: limitStatus)
        metrics.get("cost-limit/status", use: limitStatus)
        cloud.get("metrics", use: summary)
        cloud.post("billing/refresh", use: refreshBilling)
        cloud.post("cost-estimate", use: estimate)
        metrics.get("costs", use: costs)
        metrics.get("usage", use: usage)
    }

    @Sendable private func limitStatus(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.jobViewOwn)
        guard let provider = ProviderName(rawValue: request.query("provider") ?? ProviderName.replicate.rawValue) else {
            throw Refusal(.notFound, "Unknown provider")
        }
        guard let limit = try await providers.configuration(of: provider).costLimit else {
            return Response([
                "enabled": false, "limit_amount": nil, "period": nil, "action": nil, "current_spend": .number("0.0"),
                "percent_used": .number("0.0"), "is_exceeded": false, "is_warning": false,
                "message": "Cost limits not configured",
            ])
        }
        let since = clock().adding(seconds: -limit.period.days * 86_400)
        let spend = try await database.spend(provider: provider.rawValue, since: since)
        let percent = limit.percent(of: spend)
        return Response([
            "enabled": true, "limit_amount": JSONValue(limit.amount), "period": .string(limit.period.rawValue),
            "action": .string(limit.action.rawValue), "current_spend": JSONValue(spend),
            "percent_used": JSONValue(percent), "is_exceeded": .bool(spend >= limit.amount),
            "is_warning": .bool(percent >= 80), "message": .string(limit.sentence(spend)),
        ])
    }

    @Sendable private func summary(_ request: Request, context: BackendContext) async throws -> Response {
        let user = try whose(context)
        let days = try request.query("days", default: 30, in: 1...365)
        let since = clock().adding(seconds: -Int64(days) * 86_400)
        let figures = try await database.dailyFigures(since: since, user: user)
        let statistics = try await database.statistics(since: since, user: user)
        return Response([
            "credit_balance": nil, "estimated_jobs_remaining": nil,
            "total_cost": JSONValue(figures.reduce(0) { $0 + $1.cost }),
            "job_count": JSONValue(figures.reduce(0) { $0 + $1.total }),
            "avg_job_duration_seconds": JSONValue(statistics.averageDurationSeconds),
            "jobs_by_status": .object(
                Dictionary(uniqueKeysWithValues: statistics.byStatus.map { ($0.key.rawValue, JSONValue($0.value)) })),
            "cost_by_day": .array(figures.map(\.document)), "period_days": JSONValue(days),
        ])
    }

    /// Replicate tells nobody its users' balance, so there is nothing to refresh.
    @Sendable private func refreshBilling(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.jobViewOwn)
        return Response([
            "credit_balance": nil, "estimated_jobs_remaining": nil, "error": "The provider does not tell its balance.",
        ])
    }

    /// What a job on the configured machine is expected to cost; the dataloader in the body changes nothing about it.
    @Sendable private func estimate(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.jobViewOwn)
        _ = try await request.bytes(upTo: Self.bodyMax, context)
        let configuration = try await providers.configuration()
        let profile =
            request.query("hardware_profile").flatMap { HardwareProfile(rawValue: $0) }
            ?? configuration.hardwareProfile ?? .standard
        let estimate = try await submissions.estimate(profile, configuration)
        let isKnown = estimate.averageSeconds != nil
        return Response([
            "has_estimate": .bool(isKnown),
            "estimated_cost_usd": isKnown ? JSONValue(estimate.cost) : .null,
            "avg_duration_seconds": JSONValue(estimate.averageSeconds),
            "hardware_cost_per_hour": JSONValue(estimate.pricePerSecond * 3600), "data_size_mb": nil,
            "message": isKnown
                ? .string("As long as earlier jobs on \(profile.hardwareType) took.")
                : .string("No job on \(profile.hardwareType) has completed yet."),
        ])
    }

    @Sendable private func costs(_ request: Request, context: BackendContext) async throws -> Response {
        let user = try whose(context)
        let days = try periodDays(request)
        let figures = try await database.dailyFigures(since: clock().adding(seconds: -days * 86_400), user: user)
        let total = figures.reduce(0) { $0 + $1.cost }
        var query = JobQuery()
        (query.userID, query.limit) = (user, 20)
        let recent = try await database.jobs(query).jobs.filter { $0.costUSD != nil }
        return Response([
            "summary": [
                "total_cost": JSONValue(total), "currency": "USD",
                "estimated_monthly": JSONValue(total / Double(days) * 30),
            ],
            "by_provider": total > 0 ? ["replicate": JSONValue(total)] : [:],
            "by_job_type": total > 0 ? ["cloud": JSONValue(total)] : [:],
            "recent_jobs": .array(recent.map { ["job_id": .string($0.id), "cost": JSONValue($0.costUSD)] }),
        ])
    }

    @Sendable private func usage(_ request: Request, context: BackendContext) async throws -> Response {
        let user = try whose(context)
        let days = try periodDays(request)
        let figures = try await database.dailyFigures(since: clock().adding(seconds: -days * 86_400), user: user)
        return Response([
            "gpu": ["total_hours": JSONValue(figures.reduce(0) { $0 + $1.seconds } / 3600), "by_type": [:]],
            "storage": ["used_bytes": nil, "quota_bytes": nil],
            "jobs": [
                "submitted": JSONValue(figures.reduce(0) { $0 + $1.total }),
                "completed": JSONValue(figures.reduce(0) { $0 + $1.completed }),
                "failed": JSONValue(figures.reduce(0) { $0 + $1.failed }),
            ],
        ])
    }

    /// Whose figures the caller sees: their own, or with nil everybody's.
    private func whose(_ context: BackendContext) throws -> Int64? {
        let caller = try context.signedIn()
        if !caller.may(.jobViewAll) { try context.require(.jobViewOwn) }
        return caller.may(.jobViewAll) ? nil : caller.userID
    }

    private func periodDays(_ request: Request) throws -> Int64 {
        let word = request.query("period") ?? "month"
        guard let days = ["day": Int64(1), "week": 7, "month": 30][word] else {
            throw Refusal(unknown: "period", word, ["day", "week", "month"], "periods")
        }
        return days
    }
}

extension DailyFigures {
    fileprivate var document: JSONValue {
        [
            "date": .string(date), "total_jobs": JSONValue(total), "completed": JSONValue(completed),
            "failed": JSONValue(failed), "cancelled": JSONValue(cancelled), "local_jobs": JSONValue(local),
            "cloud_jobs": JSONValue(cloud), "total_cost_usd": JSONValue(cost),
        ]
    }
}
