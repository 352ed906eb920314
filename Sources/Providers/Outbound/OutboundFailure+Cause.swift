import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

extension OutboundFailure {
    /// Tells what a client's error means for the request, in words that name no secret and no address.
    init(_ error: any Error) {
        switch error {
        case is NIOConnectionError: self = .notSent("the connection was refused or its address is unknown")
        case let error as IOError where error.errnoCode == ECONNREFUSED: self = .notSent("the connection was refused")
        case let error as IOError where error.errnoCode == ENOENT: self = .notSent("there is no such socket")
        case let error as NIOSSLError where "\(error)".contains("CERTIFICATE_VERIFY_FAILED"):
            self = .notSent("the certificate of the other side is not trusted")
        case is NIOSSLError, is NIOSSLExtraError: self = .notSent("no secure connection could be made")
        case let error as HTTPClientError:
            self =
                Self.reasonsBeforeSending.first { $0.error == error }.map { .notSent($0.reason) }
                ?? .unclear(error.shortDescription.lowercased())
        case is NIOTooManyBytesError: self = .unclear("the answer is too long")
        default: self = .unclear("the connection broke")
        }
    }

    private static let reasonsBeforeSending: [(error: HTTPClientError, reason: String)] = [
        (.invalidURL, "the address cannot be read"),
        (.emptyHost, "the address has no host"),
        (.emptyScheme, "the address has no scheme"),
        (.connectTimeout, "the connection was not made in time"),
        (.tlsHandshakeTimeout, "the secure connection was not made in time"),
        (.alreadyShutdown, "the program is stopping"),
        (.getConnectionFromPoolTimeout, "no connection was free in time"),
        (.proxyAuthenticationRequired, "the proxy wants other credentials"),
        (.invalidProxyResponse, "the proxy refuses"),
        (.httpProxyHandshakeTimeout, "the proxy did not answer in time"),
    ]
}
