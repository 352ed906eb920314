import Spool
import Telemetry

/// What `GET /status` tells, gathered at one instant.
struct StatusReport {
    struct Listening: Sendable {
        let door: String
        let address: String
        let sockets: Int
    }

    struct Certificate: Sendable {
        let name: String
        /// Seconds since 1970.
        let notAfter: Int64
    }

    let processID: Int32
    let phase: String
    let uptimeSeconds: Int64
    let listeners: [Listening]
    let certificates: [Certificate]
    let totals: CounterTotals
    let settings: ReloadRecord
    let policyVersion: Int
    /// Why the policy's file is not used; nil when it is.
    let policyRefusal: String?
    /// What became of the audit events.
    let audit: SpoolCounts
    /// What waits for the backend.
    let inbox: InboxCounts
    let configPath: String?

    var json: JSONText {
        var text = JSONText()
        text.add("pid", Int(processID))
        text.add("version", ProductVersion.text)
        text.add("phase", phase)
        text.add("uptime_seconds", Int(uptimeSeconds))
        text.add("workers", totals.workers)
        text.add(
            "listeners",
            list: listeners.map { listening in
                var item = JSONText()
                item.add("door", listening.door)
                item.add("address", listening.address)
                item.add("sockets", listening.sockets)
                return item.closed
            })
        text.add(
            "certificates",
            list: certificates.map { certificate in
                var item = JSONText()
                item.add("name", certificate.name)
                item.add("not_after", Int(certificate.notAfter))
                return item.closed
            })
        text.add("connections", json: connections.closed)
        text.add("requests", json: requests.closed)
        text.add("breaker", totals.breakersOpen > 0 ? "open" : "closed")
        text.add("settings", json: settingsSource.closed)
        text.add("policy", json: policy.closed)
        text.add("audit", json: auditTrail.closed)
        text.add("webhooks", json: webhooks.closed)
        return text
    }

    private var connections: JSONText {
        var text = JSONText()
        text.add("open", totals.connectionsOpen)
        text.add("accepted", totals.connectionsAccepted)
        text.add("refused", totals.connectionsRefused)
        text.add("tunnels_open", totals.tunnelsOpen)
        text.add("upstream_open", totals.upstreamOpen)
        return text
    }

    private var requests: JSONText {
        var text = JSONText()
        text.add("open", totals.requestsOpen)
        text.add("http1", totals.requests(.http1))
        text.add("http2", totals.requests(.http2))
        return text
    }

    private var policy: JSONText {
        var text = JSONText()
        text.add("version", policyVersion)
        text.add("refused", json: policyRefusal.map(JSONText.quoted) ?? "null")
        return text
    }

    private var auditTrail: JSONText {
        var text = JSONText()
        text.add("written", audit.synced)
        text.add("dropped", audit.dropped)
        text.add("failure", json: audit.failure.map { JSONText.quoted("\($0)") } ?? "null")
        return text
    }

    private var webhooks: JSONText {
        var text = JSONText()
        text.add("kept", inbox.kept)
        text.add("waiting", inbox.waitingFiles)
        text.add("refused", inbox.refused)
        text.add("failure", json: inbox.obstacle.map { JSONText.quoted("\($0)") } ?? "null")
        return text
    }

    private var settingsSource: JSONText {
        var text = JSONText()
        text.add("file", json: configPath.map(JSONText.quoted) ?? "null")
        text.add("reloads", settings.successes)
        text.add("failed_reloads", settings.failures)
        text.add("last_reload_successful", settings.wasLastSuccessful)
        return text
    }
}

/// How reading something again went so far.
struct ReloadRecord: Equatable, Sendable {
    private(set) var successes: Int
    private(set) var failures: Int
    /// The start counts as a success: without one there would be no process.
    private(set) var wasLastSuccessful: Bool

    init(successes: Int = 0, failures: Int = 0, wasLastSuccessful: Bool = true) {
        self.successes = successes
        self.failures = failures
        self.wasLastSuccessful = wasLastSuccessful
    }

    mutating func succeeded() {
        successes += 1
        wasLastSuccessful = true
    }

    mutating func failed() {
        failures += 1
        wasLastSuccessful = false
    }
}
