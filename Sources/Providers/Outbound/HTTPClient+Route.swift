import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL

extension HTTPClient {
    /// How many connections to one host are kept.
    private static let connectionsPerHost = 20

    /// A client for one way out.
    ///
    /// - Throws: When its CA bundle cannot be used.
    convenience init(route: OutboundRoute) throws(CABundle.Unusable) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10)))
        // A refused connection is told at once instead of being tried until the deadline.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.connectionsPerHost
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.proxy = route.proxy.map { proxy in
            .server(
                host: proxy.host, port: proxy.port,
                authorization: proxy.user.map { .basic(username: $0, password: proxy.password) })
        }
        configuration.tlsConfiguration = try Self.tls(route)
        configuration.dnsOverride = route.pinnedAddresses
        self.init(eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: configuration)
    }

    private static func tls(_ route: OutboundRoute) throws(CABundle.Unusable) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        if !route.verifiesTLS { tls.certificateVerification = .none }
        if let bundle = route.caBundle {
            tls.additionalTrustRoots = [.certificates(try CABundle.certificates(at: bundle))]
        }
        return tls
    }
}
