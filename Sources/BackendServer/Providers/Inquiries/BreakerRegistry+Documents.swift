import JSON
import Jobs
import Providers
import Telemetry

extension BreakerRegistry.Standing {
    /// As `GET /api/cloud/circuit-breakers` has it; `retry_after` in seconds.
    var document: JSONValue {
        [
            "name": .string(name),
            "state": .string(state.rawValue),
            "failure_count": JSONValue(failuresInARow),
            "success_count": JSONValue(successes),
            "last_failure": JSONValue(lastFailure?.description),
            "retry_after": JSONValue(retryAfter.map { Double($0.components.seconds + 1) }),
        ]
    }

    /// As the health page has it.
    ///
    /// An open circuit is somebody else's illness: it is shown as such, and does not make this installation ill.
    var component: HealthDesk.Component {
        let (status, message): (HealthDesk.Status, String) =
            switch state {
            case .closed: (.healthy, "Circuit closed")
            case .halfOpen: (.degraded, "Circuit half open: the next call is a probe")
            case .open: (.unhealthy, "Circuit open after \(failuresInARow) failures in a row")
            }
        return HealthDesk.Component(name: "circuit_breaker_\(name)", status: status, message: message)
    }
}

extension BreakerRegistry {
    /// Adds the category `circuit_breakers`.
    func addMetrics(to page: inout PrometheusText) {
        let standings = standings
        func add(
            _ name: String, _ kind: PrometheusText.Kind, _ help: String, _ value: (Standing) -> Double
        ) {
            page.add(
                "simpletuner_circuit_breaker_\(name)", kind, help: help,
                standings.map { PrometheusText.Sample(value($0), labels: [("provider", $0.name)]) })
        }
        add("state", .gauge, "State of the circuit breaker (0=closed, 1=half-open, 2=open)") { $0.state.number }
        add("failures_total", .counter, "Calls that failed") { Double($0.failures) }
        add("successes_total", .counter, "Calls that succeeded") { Double($0.successes) }
    }
}

extension CircuitBreaker.State {
    fileprivate var number: Double {
        switch self {
        case .closed: 0
        case .halfOpen: 1
        case .open: 2
        }
    }
}
