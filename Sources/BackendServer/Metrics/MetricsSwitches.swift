import HTTPTypes
import JSON
import Storage

/// What is exported to Prometheus, as it was last set.
struct MetricsSwitches: Equatable, Sendable {
    /// The groups of metrics that can be switched on.
    ///
    /// Those without a source yet export nothing.
    enum Category: String, Sendable, CaseIterable {
        case jobs, http, rateLimits = "rate_limits", approvals, audit, health
        case circuitBreakers = "circuit_breakers", provider
    }

    var isEnabled = false
    var categories: [Category] = [.jobs, .http]

    private static let enabledName = "metrics_prometheus_enabled"
    private static let categoriesName = "metrics_prometheus_categories"

    init() {}

    init(stored database: JobDatabase) async throws {
        if let isEnabled = try await database.setting(Self.enabledName)?.bool { self.isEnabled = isEnabled }
        if let names = try await database.setting(Self.categoriesName)?.elements {
            categories = names.compactMap { $0.text.flatMap(Category.init) }
        }
    }

    func store(in database: JobDatabase) async throws {
        try await database.setSettings([
            Self.enabledName: .bool(isEnabled),
            Self.categoriesName: .array(categories.map { .string($0.rawValue) }),
        ])
    }

    /// Takes over what a request sets.
    ///
    /// A category that does not exist is refused by its name.
    mutating func change(_ members: [String: JSONValue]) throws(Refusal) {
        if let value = members["prometheus_enabled"], !value.isNull {
            guard let isEnabled = value.bool else {
                throw Refusal(invalid: "prometheus_enabled", in: "body", "Input should be a valid boolean")
            }
            self.isEnabled = isEnabled
        }
        if let value = members["prometheus_categories"], !value.isNull {
            categories = try Self.categories(value)
        }
    }

    static func categories(_ value: JSONValue) throws(Refusal) -> [Category] {
        guard let elements = value.elements else {
            throw Refusal(invalid: "prometheus_categories", in: "body", "Input should be a valid list")
        }
        var categories: [Category] = []
        for element in elements {
            guard let category = element.text.flatMap(Category.init) else {
                throw Refusal(.badRequest, "Unknown metrics category: \((element.text ?? element.jsonText).prefix(64))")
            }
            if !categories.contains(category) { categories.append(category) }
        }
        return categories
    }

    var document: JSONValue {
        [
            "prometheus_enabled": .bool(isEnabled),
            "prometheus_categories": .array(categories.map { .string($0.rawValue) }),
            "tensorboard_enabled": false,
            "endpoint_url": "/api/metrics/prometheus",
        ]
    }
}
