import GatePolicy
import HTTP1
import HTTP2
import NetworkAddress
import RateLimit
import Settings

/// What a worker goes by, as one value: a reload hands all workers a new one between two turns.
struct WorkerConfiguration: Sendable {
    /// Where the backend listens.
    enum Upstream: Equatable, Sendable {
        case unix(path: String)
        case tcp(IPAddress, port: UInt16)

        init?(_ address: UpstreamAddress) {
            switch address {
            case .unix(let path): self = .unix(path: path)
            case .tcp(let host, let port):
                guard let host = IPAddress(host) else { return nil }
                self = .tcp(host, port: port)
            }
        }
    }

    let limits: GatewayLimits
    let upstream: Upstream
    /// Peers that must say in a PROXY preface whom they speak for.
    let proxySources: [CIDRBlock]
    /// Who may say in a request's head whom they speak for.
    let hops: TrustedHops
    let rateRules: RuleTable
    /// What the backend says of providers and limits.
    let policy: CompiledPolicy
    /// Whether webhooks are kept while the backend is away: nobody else would read them.
    let keepsWebhooks: Bool
    /// How many leading bits of an IPv6 address make one client of the rate limiter.
    let ipv6PrefixLength: Int
    /// The access log's path; nil is none.
    let accessLog: String?
    /// What a worker may have of the connections that there may be in all.
    let connectionsPerWorker: Int

    /// - Parameters:
    ///   - settings: Read and checked: addresses and networks in them parse.
    ///   - policy: The backend's.
    ///   - workers: How many workers run, whatever the settings say by now.
    init(_ settings: GatewaySettings, policy: CompiledPolicy, workers: Int) {
        limits = settings.limits
        guard let upstream = Upstream(settings.upstream) else {
            preconditionFailure("an upstream was accepted whose host is no address")
        }
        self.upstream = upstream
        proxySources = settings.proxyProtocolSources.map { text in
            guard let block = CIDRBlock(text) else {
                preconditionFailure("a source of PROXY prefaces was accepted that is no network")
            }
            return block
        }
        hops = Self.hops(settings)
        rateRules = settings.rateLimits.table(under: policy)
        self.policy = policy
        keepsWebhooks = settings.frontsOwnBackend && policy.switches.keepsWebhooks
        ipv6PrefixLength = settings.rateLimits.ipv6PrefixLength
        accessLog = settings.accessLog
        connectionsPerWorker = max(1, settings.limits.connections / workers)
    }

    private static func hops(_ settings: GatewaySettings) -> TrustedHops {
        do {
            return try TrustedHops(
                entries: settings.trustedProxies ?? ["none"], readsConnectingIP: settings.readsConnectingIP)
        } catch {
            preconditionFailure("a trusted proxy was accepted that is no network: \(error)")
        }
    }

    /// How long a worker waits for what, in milliseconds: asked several times for each request.
    struct Patience: Sendable {
        let head: Int64
        let idle: Int64
        let stall: Int64
        let answer: Int64
        let tunnel: Int64
        let connect: Int64

        init(_ limits: GatewayLimits) {
            head = Int64(limits.headSeconds) * 1000
            idle = Int64(limits.idleSeconds) * 1000
            stall = Int64(limits.stallSeconds) * 1000
            answer = Int64(limits.answerSeconds) * 1000
            tunnel = Int64(limits.tunnelSeconds) * 1000
            connect = Int64(limits.connectMilliseconds)
        }
    }

    func speaksForOthers(_ peer: IPAddress) -> Bool {
        !proxySources.isEmpty && proxySources.contains { $0.contains(peer) }
    }

    var headLimits: HeadLimits {
        HeadLimits(bytes: limits.headBytes, fields: limits.headFields, targetBytes: limits.targetBytes)
    }

    var http2Limits: HTTP2.Limits {
        var http2 = HTTP2.Limits()
        http2.streams = limits.streams
        http2.headBytes = limits.headBytes
        http2.headFields = limits.headFields
        return http2
    }
}

/// The largest body that a route takes, by the normal form of its path.
struct BodyLimits: Sendable {
    private let storage: Int
    private let webhooks: Int
    private let others: Int
    // As bytes: a text would be taken apart for each request.
    private static let storagePath = Array("/api/cloud/storage".utf8)
    private let webhookPaths = (Array("/api/webhooks".utf8), Array("/api/cloud/webhook".utf8))

    init(_ limits: GatewayLimits) {
        // Zero is no limit.
        func bytes(_ limit: Int) -> Int { limit == 0 ? .max : limit }
        storage = bytes(limits.storageBodyBytes)
        webhooks = bytes(limits.webhookBodyBytes)
        others = bytes(limits.bodyBytes)
    }

    /// Whether the path is one of the storage endpoint's.
    static func isStorage(_ form: borrowing PathForm, of target: Span<UInt8>) -> Bool {
        form.path(of: target).isBelow(storagePath)
    }

    func limit(for form: borrowing PathForm, of target: Span<UInt8>) -> Int {
        let path = form.path(of: target)
        if path.isBelow(Self.storagePath) { return storage }
        return path.isBelow(webhookPaths.0) || path.isBelow(webhookPaths.1) ? webhooks : others
    }
}

extension Span<UInt8> {
    /// Whether the path is this one or below it, segment by segment.
    fileprivate func isBelow(_ prefix: [UInt8]) -> Bool {
        let length = prefix.count
        // The end tells most of them apart, since all begin alike.
        guard count >= length, count == length || self[length] == UInt8(ascii: "/") else { return false }
        for index in prefix.indices.reversed() where self[index] != prefix[index] { return false }
        return true
    }
}

extension RateLimitSettings {
    /// The table that the settings make, with what the backend changes in it.
    fileprivate func table(under policy: CompiledPolicy) -> RuleTable {
        guard policy.switches.limitsRates else { return RuleTable(calls: 0) }
        return table(
            overrides: policy.limits.mapValues { limit in
                limit.calls == 0 ? nil : Quota(calls: limit.calls, periodSeconds: limit.periodSeconds)
            })
    }
}
