import GatePolicy
import Logging
import RateLimit
import Reactor
import Settings
import Spool
import Telemetry

/// The control socket's table of contents.
extension ControlLoop {
    func serve(_ request: ControlRequest, _ connection: ControlConnection) {
        let method = request.method == "HEAD" ? "GET" : request.method
        switch (method, request.path) {
        case ("GET", "/status"): server.answer(connection, .json(status.json))
        case ("GET", "/policy"): server.answer(connection, policyAnswer)
        case ("GET", "/metrics"): server.answer(connection, metrics)
        case ("GET", "/explain"):
            let explanation = Explanation(
                request, configuration: configuration, limiter: crew.rateLimiter, credentials: crew.credentials,
                isStopping: lifeCycle.phase != .serving)
            server.answer(connection, explanation.answer)
        case ("POST", "/drain"): server.answer(connection, drain())
        case ("POST", "/reload"): server.answer(connection, reload())
        case ("POST", "/stop"): server.answer(connection, stop(by: connection.peer))
        case ("POST", "/upgrade"): upgrade(connection)
        case ("POST", "/upgrade/abandon"): server.answer(connection, abandonUpgrade())
        case ("POST", "/takeover"): handOver(connection)
        case ("POST", "/takeover/confirm"): confirmTakeover(connection)
        default: server.answer(connection, Self.unknown(request.path))
        }
    }

    private static func unknown(_ path: String) -> ControlAnswer {
        let allow: String
        switch path {
        case "/status", "/policy", "/metrics", "/explain": allow = "GET, HEAD"
        case "/drain", "/reload", "/stop", "/upgrade", "/upgrade/abandon", "/takeover", "/takeover/confirm":
            allow = "POST"
        default:
            return .refusal(
                404, "Ask for /status, /policy, /metrics or /explain, or post to /drain, /reload, /upgrade or /stop.")
        }
        var answer = ControlAnswer.refusal(405, "\(path) is for \(allow).")
        answer.allow = allow
        return answer
    }

    private var status: StatusReport {
        StatusReport(
            processID: HostProcess.id, phase: lifeCycle.name, uptimeSeconds: uptimeSeconds, listeners: doors.listening,
            certificates: certificateStates, totals: CounterTotals(crew.counters), settings: reloads,
            policyVersion: policy.policy.version, policyRefusal: policy.refusal, audit: crew.audit.counts,
            inbox: crew.inbox.counts, configPath: settings.configPath)
    }

    private var metrics: ControlAnswer {
        let page = MetricsPage(
            totals: CounterTotals(crew.counters), rateKeys: crew.rateLimiter.keyCount,
            rateEvictions: crew.rateLimiter.evictionCount, audit: crew.audit.counts, auditKeys: crew.audit.keyCount,
            inbox: crew.inbox.counts, policyVersion: policy.policy.version, policyReloads: policy.reloads,
            uptimeSeconds: uptimeSeconds, isServing: lifeCycle.phase == .serving,
            certificates: certificateStates, certificateReloads: certificates.reloads, settings: reloads)
        return ControlAnswer(contentType: MetricsPage.contentType, body: page.text)
    }

    /// What the backend asks: which policy every request is judged by from now on, null while some worker may still
    /// go by another, why audit events do not reach it, and why webhooks would not if it were away.
    private var policyAnswer: ControlAnswer {
        followPolicy()
        var text = JSONText()
        text.add("version", json: crew.hasSettled ? "\(policy.policy.version)" : "null")
        text.add("refused", json: policy.refusal.map(JSONText.quoted) ?? "null")
        text.add("audit_failure", json: crew.audit.counts.failure.map { JSONText.quoted("\($0)") } ?? "null")
        text.add("inbox_failure", json: crew.inbox.counts.obstacle.map { JSONText.quoted("\($0)") } ?? "null")
        return .json(text)
    }

    private func drain() -> ControlAnswer {
        obey(lifeCycle.announce())
        return phaseAnswer
    }

    private func stop(by peer: PeerProcess) -> ControlAnswer {
        guard !settings.isSupervised else {
            return .refusal(409, "This gateway is run by tunergate, which would start it again. Stop that instead.")
        }
        stop("asked by process \(peer.processID) of user \(peer.userID)")
        return phaseAnswer
    }

    private var phaseAnswer: ControlAnswer {
        var text = JSONText()
        text.add("phase", lifeCycle.name)
        return .json(text)
    }
}
