import AuditTrail
import Jobs
import Storage
import Telemetry

/// What Prometheus is shown of the audit trail.
extension AuditDesk {
    func addMetrics(to page: inout PrometheusText) async throws {
        let stored = try await database.auditStatistics(since: clock().adding(seconds: -86_400).milliseconds)
        page.add(
            "simpletuner_audit_log_entries_total", .gauge, help: "Total number of audit log entries",
            Double(stored.total))
        page.add(
            "simpletuner_audit_log_entries_by_type", .gauge, help: "Number of audit log entries by event type",
            Self.samples(stored.byType))
        page.add(
            "simpletuner_audit_log_entries_24h", .gauge, help: "Number of audit log entries of the last 24 hours",
            Double(stored.recent))
        addAccount(to: &page)
    }

    /// Types that only a newer gateway knows are one sample, so that their number is bounded.
    private static func samples(_ byType: [String: Int]) -> [PrometheusText.Sample] {
        let known = Set(AuditEventType.known.map(\.name))
        var counts: [String: Int] = [:]
        for (name, count) in byType { counts[known.contains(name) ? name : "other", default: 0] += count }
        return counts.sorted { $0.key < $1.key }
            .map { PrometheusText.Sample(Double($0.value), labels: [("event_type", $0.key)]) }
    }

    private func addAccount(to page: inout PrometheusText) {
        let account = account
        page.add(
            "tunergate_audit_entries_total", .counter, help: "Audit entries added since the start",
            Double(account.added))
        page.add(
            "tunergate_audit_repeated_events_total", .counter,
            help: "Audit events that came again and have one entry", Double(account.repeated))
        page.add(
            "tunergate_audit_malformed_lines_total", .counter, help: "Lines of the audit spool that are no events",
            Double(account.malformed))
        page.add(
            "tunergate_audit_refusals_not_kept_total", .counter,
            help: "Refusals that are counted and not kept one by one, because there were too many",
            Double(account.refusalsNotKept))
        page.add(
            "tunergate_audit_failures_total", .counter, help: "Attempts to write audit events down that failed",
            Double(account.failures))
        page.add(
            "tunergate_audit_ingestion_lag_seconds", .gauge,
            help: "Age of the oldest event of the last group from the gateway when it was on the disk",
            account.lagSeconds)
        page.add(
            "tunergate_audit_trail_intact", .gauge,
            help: "Whether the chain can be continued and goes on from the kept copy of its head",
            account.isHalted || account.isSetBack ? 0 : 1)
    }
}
