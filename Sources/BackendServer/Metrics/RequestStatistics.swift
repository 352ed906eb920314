import Hummingbird
import Synchronization
import Telemetry

/// Counts requests by route, as SimpleTuner's metrics of the category `http` have them.
///
/// A route is named by its template, so that there are no more names than routes.
final class RequestStatistics: Sendable {
    private struct Count {
        var requests = 0
        var milliseconds = 0.0
        /// By status.
        var errors: [Int: Int] = [:]
    }

    private let counts = Mutex<[String: Count]>([:])

    /// Counts one.
    ///
    /// - Parameters:
    ///   - method: Of the request.
    ///   - template: The path of its route, as it is registered; a word without a slash, or nil, when no route took it,
    ///     whose method is then the client's own invention too.
    ///   - status: Of the answer.
    ///   - time: From the request's head to the answer's.
    func count(method: String, template: String?, status: Int, time: Duration) {
        let name = template.flatMap { $0.hasPrefix("/") ? "\(method)_\($0)" : nil } ?? "unknown"
        counts.withLock { counts in
            counts[name, default: Count()].requests += 1
            counts[name, default: Count()].milliseconds += time.milliseconds
            if status >= 400 { counts[name, default: Count()].errors[status, default: 0] += 1 }
        }
    }

    func addMetrics(to page: inout PrometheusText) {
        let counts = counts.withLock { $0 }.sorted { $0.key < $1.key }
        page.add(
            "simpletuner_http_requests_total", .counter, help: "Requests by route",
            counts.map { PrometheusText.Sample(Double($0.value.requests), labels: [("endpoint", $0.key)]) })
        page.add(
            "simpletuner_http_errors_total", .counter, help: "Answers with an error by route and status",
            counts.flatMap { name, count in
                count.errors.sorted { $0.key < $1.key }.map {
                    PrometheusText.Sample(Double($0.value), labels: [("endpoint_status", "\(name)_\($0.key)")])
                }
            })
        page.add(
            "simpletuner_http_request_latency_ms_avg", .gauge, help: "Average time to an answer in milliseconds",
            counts.map {
                PrometheusText.Sample(
                    $0.value.milliseconds / Double($0.value.requests), labels: [("endpoint", $0.key)])
            })
    }
}
