import HTTP1
import HTTP2
import NetworkAddress
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
    /// The access log's path; nil is none.
    let accessLog: String?
    /// What a worker may have of the connections that there may be in all.
    let connectionsPerWorker: Int

    /// - Parameters:
    ///   - settings: Read and checked: addresses and networks in them parse.
    ///   - workers: How many workers run, whatever the settings say by now.
    init(_ settings: GatewaySettings, workers: Int) {
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
        accessLog = settings.accessLog
        connectionsPerWorker = max(1, settings.limits.connections / workers)
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

    private static let storage = Array("/api/cloud/storage".utf8)
    private static let webhooks = [Array("/api/webhooks".utf8), Array("/api/cloud/webhook".utf8)]

    /// The largest body that a route takes, by the normal form of its path.
    func bodyLimit(_ path: Span<UInt8>) -> Int {
        let limit =
            if path.isBelow(Self.storage) {
                limits.storageBodyBytes
            } else if Self.webhooks.contains(where: { path.isBelow($0) }) {
                limits.webhookBodyBytes
            } else {
                limits.bodyBytes
            }
        return limit == 0 ? .max : limit
    }
}

extension Span<UInt8> {
    /// Whether the path is this one or below it, segment by segment.
    fileprivate func isBelow(_ prefix: [UInt8]) -> Bool {
        guard count >= prefix.count else { return false }
        for index in prefix.indices where self[index] != prefix[index] { return false }
        return count == prefix.count || self[prefix.count] == UInt8(ascii: "/")
    }
}
