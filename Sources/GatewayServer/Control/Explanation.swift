import GatePolicy
import HTTP1
import NetworkAddress
import RateLimit
import Reactor
import Settings
import Telemetry

/// What would become of a request, without sending it: who answers, which limits apply, what is refused and why.
///
/// It walks the same steps with the same code as a worker does.
struct Explanation {
    let answer: ControlAnswer

    /// - Parameters:
    ///   - request: Its query describes the request: `method`, `target`, `host`, any number of `header`s as
    ///     `Name: value`, and `door` and `peer` for where it comes from.
    ///   - configuration: What the workers go by.
    ///   - limiter: What the workers count with; nothing is counted here.
    ///   - credentials: Those that the backend found good.
    ///   - isStopping: Whether readiness fails.
    init(
        _ request: ControlRequest, configuration: WorkerConfiguration, limiter: RateLimiter,
        credentials: VerifiedCredentials, isStopping: Bool
    ) {
        if let problem = Self.problem(request) {
            answer = .refusal(400, problem)
            return
        }
        let subject = Subject(request)
        var text = JSONText()
        text.add("request_line", subject.requestLine)
        text.add("timeouts", json: Self.timeouts(configuration).closed)
        do {
            try Self.walk(subject, configuration, limiter, credentials, isStopping, &text)
            text.add("refused", json: "null")
        } catch {
            var refusal = JSONText()
            refusal.add("status", error.status)
            refusal.add("detail", error.detail)
            text.add("answered_by", "gateway")
            text.add("refused", json: refusal.closed)
        }
        answer = .json(text)
    }

    /// What of the question has no meaning, and what to say instead.
    private static func problem(_ request: ControlRequest) -> String? {
        if let peer = request.value("peer"), IPAddress(peer) == nil { return "The peer must be an IP address." }
        if let door = request.value("door"), !["tls", "local"].contains(door) {
            return "The door must be tls or local."
        }
        if let scheme = request.value("scheme"), !["http", "https"].contains(scheme) {
            return "The scheme must be http or https."
        }
        return nil
    }

    /// The request in question, as bytes on a wire.
    private struct Subject {
        let requestLine: String
        let bytes: [UInt8]
        /// Who is at the other end of the connection.
        let peer: IPAddress
        let isSealed: Bool
        let isPlainAtTLSDoor: Bool

        init(_ request: ControlRequest) {
            requestLine = "\(request.value("method") ?? "GET") \(request.value("target") ?? "/") HTTP/1.1"
            var head = requestLine + "\r\n"
            head += "Host: \(request.value("host") ?? "localhost")\r\n"
            for header in request.values("header") { head += header + "\r\n" }
            bytes = Array((head + "\r\n").utf8)
            peer = request.value("peer").flatMap { IPAddress($0) } ?? IPAddress(v4: 0x7f00_0001)
            let isPlain = request.value("scheme").map { $0 == "http" } ?? (request.value("door") == "local")
            isSealed = !isPlain
            isPlainAtTLSDoor = request.value("door") == "tls" && isPlain
        }
    }

    /// Why the gateway would refuse it.
    private struct Verdict: Error {
        let status: Int
        let detail: String

        init(_ status: Int, _ detail: String) {
            self.status = status
            self.detail = detail
        }
    }

    private static func walk(
        _ subject: Subject, _ configuration: WorkerConfiguration, _ limiter: RateLimiter,
        _ credentials: VerifiedCredentials, _ isStopping: Bool, _ text: inout JSONText
    ) throws(Verdict) {
        let head = try parse(subject, configuration)
        let bytes = subject.bytes
        let target = bytes.span.extracting(head.target)
        var form = PathForm()
        do {
            try form.read(target)
        } catch {
            throw Verdict(error.status, error.detail)
        }
        let path = form.path(of: target)
        text.add("path", Self.text(path))
        if form.hidesAnother(in: target) { throw Verdict(400, Refusal.disguisedPath.detail) }
        text.add("client", json: client(subject, configuration, head).closed)
        if subject.isPlainAtTLSDoor, !subject.peer.isLoopback {
            throw Verdict(308, "Plain HTTP from another machine is sent to https.")
        }
        if !configuration.policy.switches.servesStorage, BodyLimits.isStorage(form, of: target) {
            throw Verdict(404, Refusal.storageClosed.detail)
        }
        try allowlistWebhook(subject, configuration, head, form, &text)
        try limitRate(subject, configuration, limiter, credentials, head, form, &text)
        let limit = BodyLimits(configuration.limits).limit(for: form, of: target)
        text.add("body_limit_bytes", json: limit == .max ? "null" : String(limit))
        if case .length(let count) = head.framing, count > limit {
            throw Verdict(413, Refusal.bodyTooLarge.detail)
        }
        text.add("tunnel", head.asksForWebSocket)
        if OwnHealth(head, bytes.span, isStopping: isStopping) != nil {
            text.add("answered_by", "gateway")
        } else {
            text.add("answered_by", "backend")
            text.add("upstream", Self.name(configuration.upstream))
        }
    }

    /// Whether the provider's allowlist has the client, where the request is a webhook.
    private static func allowlistWebhook(
        _ subject: Subject, _ configuration: WorkerConfiguration, _ head: borrowing RequestHead,
        _ form: borrowing PathForm, _ text: inout JSONText
    ) throws(Verdict) {
        let (bytes, policy) = (subject.bytes.span, configuration.policy)
        let identity = ClientIdentity(
            peer: subject.peer, isPeerClaimed: false, head, bytes, hops: configuration.hops)
        guard let verdict = policy.verdict(head, bytes, form, from: identity.toldAddress) else {
            text.add("allowlist", json: "null")
            return
        }
        var allowlist = JSONText()
        allowlist.add("policy_version", policy.version)
        switch verdict {
        case .allowed: allowlist.add("verdict", "allowed")
        case .refused: allowlist.add("verdict", "refused")
        case .unknownProvider: allowlist.add("verdict", "unknown provider")
        }
        text.add("allowlist", json: allowlist.closed)
        guard case .refused(let provider) = verdict else { return }
        throw Verdict(403, Refusal.addressNotAllowed(provider: provider).detail)
    }

    /// Which rule counts the request, and what its client has left.
    private static func limitRate(
        _ subject: Subject, _ configuration: WorkerConfiguration, _ limiter: RateLimiter,
        _ credentials: VerifiedCredentials, _ head: borrowing RequestHead, _ form: borrowing PathForm,
        _ text: inout JSONText
    ) throws(Verdict) {
        let bytes = subject.bytes.span
        let identity = ClientIdentity(
            peer: subject.peer, isPeerClaimed: false, head, bytes, hops: configuration.hops)
        let now = MonotonicClock.microseconds() / 1000
        guard !identity.isLocal, let index = configuration.rateRules.rule(head, bytes, form),
            let account = RateAccount.find(index, head, bytes, form, identity, configuration, credentials, now: now)
        else {
            text.add("rate_limit", json: "null")
            return
        }
        let rule = configuration.rateRules.rules[index]
        let usage = limiter.usage(account.policy, client: account.client, now: now)
        var limit = JSONText()
        limit.add("counted_by", account.isVerified ? "credential" : "address")
        limit.add("patterns", rule.patterns.isEmpty ? "all others" : rule.patterns.map(\.text).joined(separator: " "))
        limit.add("methods", rule.methods.isEmpty ? "all" : rule.methods.joined(separator: " "))
        limit.add("reason", rule.reason)
        limit.add("calls", account.policy.calls)
        limit.add("period_seconds", account.policy.periodSeconds)
        limit.add("remaining", usage.remaining)
        limit.add("reset_seconds", usage.remaining == account.policy.calls ? 0 : usage.resetSeconds)
        text.add("rate_limit", json: limit.closed)
        guard usage.isAllowed else {
            throw Verdict(429, Refusal.rateLimited(retryAfterSeconds: usage.resetSeconds).detail)
        }
    }

    /// How the client is found.
    private static func client(
        _ subject: Subject, _ configuration: WorkerConfiguration, _ head: borrowing RequestHead
    ) -> JSONText {
        let (peer, hops, bytes) = (subject.peer, configuration.hops, subject.bytes.span)
        let identity = ClientIdentity(peer: peer, isPeerClaimed: false, head, bytes, hops: hops)
        let isSecure = ClientIdentity.isSecure(isSealed: subject.isSealed, peer: peer, head, bytes, hops: hops)
        var text = JSONText()
        text.add("address", "\(identity.toldAddress)")
        text.add("peer", "\(peer)")
        text.add("peer_is_trusted", hops.trusts(.address(peer)))
        text.add("spoken_for", identity.isSpokenFor)
        text.add("local", identity.isLocal)
        text.add("scheme", isSecure ? "https" : "http")
        return text
    }

    private static func parse(
        _ subject: Subject, _ configuration: WorkerConfiguration
    ) throws(Verdict) -> RequestHead {
        var head = RequestHead(limits: configuration.headLimits)
        let length: Int?
        do {
            length = try head.parse(subject.bytes.span)
        } catch {
            throw Verdict(error.status, error.detail)
        }
        guard length == subject.bytes.count else { throw Verdict(400, "A line break in a value ends the head early.") }
        return head
    }

    private static func name(_ upstream: WorkerConfiguration.Upstream) -> String {
        switch upstream {
        case .unix(let path): "unix:\(path)"
        case .tcp(let host, let port): "http://\(Listener.Endpoint(address: host, port: port))"
        }
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }

    private static func timeouts(_ configuration: WorkerConfiguration) -> JSONText {
        let limits = configuration.limits
        var text = JSONText()
        text.add("head_seconds", limits.headSeconds)
        text.add("idle_seconds", limits.idleSeconds)
        text.add("stall_seconds", limits.stallSeconds)
        text.add("minimum_bytes_per_second", limits.minimumBytesPerSecond)
        text.add("answer_seconds", limits.answerSeconds)
        text.add("tunnel_seconds", limits.tunnelSeconds)
        text.add("connect_milliseconds", limits.connectMilliseconds)
        return text
    }
}
