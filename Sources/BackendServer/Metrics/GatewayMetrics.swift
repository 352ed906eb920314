import Telemetry

/// The gateway's metrics as it tells them, in Prometheus' text format.
struct GatewayMetrics {
    let text: String

    /// Adds what SimpleTuner's dashboards know of the limits, whose counts are the gateway's.
    func addRateLimits(to page: inout PrometheusText) {
        if let refused = value(#"tunergate_gateway_refusals_total{reason="rate_limit"}"#) {
            page.add(
                "simpletuner_rate_limit_violations_total", .counter, help: "Requests refused by a rate limit", refused)
        }
        if let keys = value("tunergate_gateway_rate_limit_keys") {
            page.add(
                "simpletuner_rate_limit_tracked_clients", .gauge, help: "Clients whose requests are counted now", keys)
        }
    }

    /// The value of a sample, by its name with its labels.
    private func value(_ sample: String) -> Double? {
        for line in text.split(separator: "\n") where line.hasPrefix(sample + " ") {
            return Double(line.dropFirst(sample.utf8.count + 1))
        }
        return nil
    }
}
