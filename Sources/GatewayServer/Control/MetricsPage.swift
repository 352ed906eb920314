import Spool
import Telemetry

/// What `GET /metrics` tells, in Prometheus' text format.
struct MetricsPage {
    let totals: CounterTotals
    /// Clients and rules that the rate limiter keeps, and how many had to leave though they may still have counted.
    let rateKeys: Int
    let rateEvictions: Int
    /// What became of the audit events.
    let audit: SpoolCounts
    let auditKeys: Int
    /// What became of webhooks that the backend did not take.
    let inbox: InboxCounts
    let policyVersion: Int
    let policyReloads: ReloadRecord
    let uptimeSeconds: Int64
    let isServing: Bool
    let certificates: [StatusReport.Certificate]
    let certificateReloads: ReloadRecord
    let settings: ReloadRecord

    static let contentType = PrometheusText.contentType
    private static let prefix = "tunergate_gateway_"

    var text: String {
        var page = PrometheusText()
        addProcess(&page)
        addRequests(&page)
        addConnections(&page)
        addUpstream(&page)
        addReloads(&page)
        addAudit(&page)
        addInbox(&page)
        return page.text
    }

    private func counter(_ page: inout PrometheusText, _ name: String, _ help: String, _ value: Int) {
        page.add(Self.prefix + name, .counter, help: help, Double(value))
    }

    private func gauge(_ page: inout PrometheusText, _ name: String, _ help: String, _ value: Int) {
        page.add(Self.prefix + name, .gauge, help: help, Double(value))
    }

    /// A family with one sample for each kind, also those that are zero: a rate needs to see the zero before the one.
    private func counters<Kind: CaseIterable>(
        _ page: inout PrometheusText, _ name: String, _ help: String, by label: String,
        _ text: (Kind) -> String, _ count: (Kind) -> Int
    ) {
        page.add(
            Self.prefix + name, .counter, help: help,
            Kind.allCases.map { PrometheusText.Sample(Double(count($0)), labels: [(label, text($0))]) })
    }

    private func addProcess(_ page: inout PrometheusText) {
        page.add(
            Self.prefix + "info", .gauge, help: "Which version runs",
            [PrometheusText.Sample(1, labels: [("version", ProductVersion.text)])])
        gauge(&page, "uptime_seconds", "Seconds since the start", Int(uptimeSeconds))
        gauge(&page, "serving", "1 while no stop was announced", isServing ? 1 : 0)
        gauge(&page, "workers", "Event loops", totals.workers)
    }

    private func addRequests(_ page: inout PrometheusText) {
        counters(
            &page, "requests_total", "Requests whose head was read", by: "version",
            { (version: WorkerCounters.Version) in "\(version)" }, totals.requests)
        counters(
            &page, "answers_total", "Answers by the class of their status", by: "class",
            { (kind: WorkerCounters.AnswerClass) in "\(kind.rawValue + 1)xx" }, totals.answers)
        counters(
            &page, "refusals_total", "Answers in the gateway's own name, by reason", by: "reason",
            { (kind: WorkerCounters.RefusalKind) in Self.snakeCase("\(kind)") }, totals.refusals)
        counters(
            &page, "limit_reached_total", "How often a limit was reached", by: "limit",
            { (limit: WorkerCounters.Limit) in Self.snakeCase("\(limit)") }, totals.limitHits)
        gauge(&page, "rate_limit_keys", "Clients that the rate limiter counts, once for each rule", rateKeys)
        counter(
            &page, "rate_limit_evictions_total",
            "Clients that were forgotten for want of room, though they may still have counted", rateEvictions)
        gauge(&page, "requests_open", "Requests whose answer has not ended", totals.requestsOpen)
        let last = LatencyHistogram.bucketCount - 1
        page.addHistogram(
            Self.prefix + "request_duration_seconds",
            help: "From the end of a request's head to the last byte of its answer",
            buckets: (0..<last).compactMap { index in
                LatencyHistogram.bound(ofBucket: index).map { (Double($0) / 1e6, totals.latencies(inBucket: index)) }
            },
            beyond: totals.latencies(inBucket: last), sum: Double(totals.latencyMicroseconds) / 1e6)
    }

    private func addConnections(_ page: inout PrometheusText) {
        counter(&page, "connections_accepted_total", "Connections that were taken", totals.connectionsAccepted)
        counter(
            &page, "connections_refused_total", "Connections that were closed at once, at a limit",
            totals.connectionsRefused)
        gauge(&page, "connections_open", "Connections of clients", totals.connectionsOpen)
        gauge(&page, "tunnels_open", "Upgraded connections", totals.tunnelsOpen)
        counter(&page, "tls_handshakes_total", "Handshakes that succeeded", totals.handshakes)
        counter(&page, "tls_handshakes_resumed_total", "Those that went by a ticket", totals.handshakesResumed)
        counter(&page, "tls_handshakes_failed_total", "Handshakes that failed", totals.handshakesFailed)
        counter(&page, "received_bytes_total", "Bytes from clients, TLS included", totals.bytesIn)
        counter(&page, "sent_bytes_total", "Bytes to clients, TLS included", totals.bytesOut)
    }

    private func addUpstream(_ page: inout PrometheusText) {
        counter(&page, "upstream_connects_total", "Connections to the backend", totals.upstreamConnects)
        counter(
            &page, "upstream_connect_failures_total",
            "Attempts to connect that failed; a request that waits tries again every few milliseconds",
            totals.upstreamConnectFailures)
        counter(&page, "upstream_retries_total", "Requests that were sent a second time", totals.upstreamRetries)
        counter(
            &page, "upstream_lost_total", "Connections that broke with an answer under way", totals.upstreamLost)
        gauge(&page, "upstream_connections_open", "Connections to the backend", totals.upstreamOpen)
        gauge(&page, "breakers_open", "Workers that refuse requests because the backend fails", totals.breakersOpen)
        counter(&page, "breaker_trips_total", "How often that began", totals.breakerTrips)
    }

    private func addReloads(_ page: inout PrometheusText) {
        page.add(
            Self.prefix + "certificate_not_after_timestamp_seconds", .gauge,
            help: "When a certificate stops being valid",
            certificates.map { PrometheusText.Sample(Double($0.notAfter), labels: [("certificate", $0.name)]) })
        for (name, record) in [("certificates", certificateReloads), ("settings", settings), ("policy", policyReloads)]
        {
            counter(&page, "\(name)_reloads_total", "Times that new ones were put to use: \(name)", record.successes)
            counter(
                &page, "\(name)_reload_failures_total", "Times that new ones were refused: \(name)", record.failures)
            gauge(
                &page, "\(name)_last_reload_successful", "1 unless the last reload was refused",
                record.wasLastSuccessful ? 1 : 0)
        }
    }

    private func addAudit(_ page: inout PrometheusText) {
        gauge(&page, "policy_version", "The backend's policy that is in use; 0 is none", policyVersion)
        counter(&page, "audit_events_total", "Audit events that are on the disk", audit.synced)
        page.add(
            Self.prefix + "audit_events_dropped_total", .counter, help: "Audit events that were lost, by reason",
            [
                ("queue", audit.droppedByQueue), ("folder", audit.droppedByFolder), ("length", audit.droppedByLength),
                ("failure", audit.droppedByFailure),
            ].map { PrometheusText.Sample(Double($0.1), labels: [("reason", $0.0)]) })
        counter(&page, "audit_write_failures_total", "Attempts to write audit events that failed", audit.failures)
        counter(&page, "audit_written_bytes_total", "Bytes of audit events", audit.syncedBytes)
        page.add(
            Self.prefix + "audit_longest_delay_seconds", .gauge,
            help: "The longest time from an audit event to the disk", Double(audit.longestDelayMilliseconds) / 1000)
        gauge(&page, "audit_keys", "Clients whose equal audit events are counted together now", auditKeys)
    }

    private func addInbox(_ page: inout PrometheusText) {
        counter(&page, "webhooks_kept_total", "Webhooks that were kept while the backend was away", inbox.kept)
        page.add(
            Self.prefix + "webhooks_not_kept_total", .counter,
            help: "Webhooks that would have been kept and could not, by reason",
            [
                ("queue", inbox.refusedByQueue), ("files", inbox.refusedByFiles), ("bytes", inbox.refusedByBytes),
                ("failure", inbox.refusedByFailure),
            ].map { PrometheusText.Sample(Double($0.1), labels: [("reason", $0.0)]) })
        gauge(&page, "webhooks_waiting", "Kept webhooks that the backend has not taken yet", inbox.waitingFiles)
        gauge(&page, "webhooks_waiting_bytes", "Bytes of them", inbox.waitingBytes)
        gauge(
            &page, "webhooks_can_be_kept", "1 unless a bound is reached or the disk fails",
            inbox.obstacle == nil ? 1 : 0)
    }

    /// `connectionsPerClient` as the settings file writes it: `connections_per_client`.
    static func snakeCase(_ name: String) -> String {
        var text = ""
        for character in name {
            if character.isUppercase { text += "_" }
            text += character.lowercased()
        }
        return text
    }
}
