import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// The real way out, over one pool of connections.
///
/// Redirects are not followed, because the credentials are for one address only; and nothing is retried, because a
/// submission costs money.
public final class HTTPOutbound: Sendable {
    /// A prediction carries its whole log; a list carries a hundred.
    private static let answerBytesMax = 16 * 1024 * 1024

    private let client: HTTPClient

    public init() {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10)))
        // A refused connection is told at once instead of being tried until the deadline.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: configuration)
    }

    public var outbound: Outbound {
        Outbound { [self] call, limit throws(OutboundFailure) in try await answer(to: call, within: limit) }
    }

    /// Closes the connections.
    ///
    /// To be called once, when nobody sends any more.
    public func shutdown() async throws { try await client.shutdown() }

    private func answer(to call: OutboundCall, within limit: Duration) async throws(OutboundFailure) -> OutboundAnswer {
        do {
            return try await race(call, limit)
        } catch let failure as OutboundFailure {
            throw failure
        } catch {
            throw Self.failure(error)
        }
    }

    /// The client's own deadline ends with the head of the answer; a body that trickles would hold us for ever.
    private func race(_ call: OutboundCall, _ limit: Duration) async throws -> OutboundAnswer {
        try await withThrowingTaskGroup(of: OutboundAnswer.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await self.exchange(call, limit) }
            group.addTask {
                try await Task.sleep(for: limit)
                throw OutboundFailure.unclear("no answer in time")
            }
            guard let answer = try await group.next() else { throw CancellationError() }
            return answer
        }
    }

    private func exchange(_ call: OutboundCall, _ limit: Duration) async throws -> OutboundAnswer {
        var request = HTTPClientRequest(url: call.url)
        request.method = .init(rawValue: call.method.rawValue)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        if let body = call.body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await client.execute(request, deadline: .now() + TimeAmount(limit))
        let body = try await response.body.collect(upTo: Self.answerBytesMax)
        return OutboundAnswer(status: Int(response.status.code), body: Array(body.readableBytesView))
    }

    private static func failure(_ error: any Error) -> OutboundFailure {
        switch error {
        case is NIOConnectionError: .notSent("the connection was refused or its address is unknown")
        case let error as IOError where error.errnoCode == ECONNREFUSED: .notSent("the connection was refused")
        case let error as IOError where error.errnoCode == ENOENT: .notSent("there is no such socket")
        case is NIOSSLError: .notSent("no secure connection could be made")
        case let error as HTTPClientError where errorsBeforeSending.contains(error):
            .notSent(error.shortDescription.lowercased())
        case let error as HTTPClientError: .unclear(error.shortDescription.lowercased())
        case is NIOTooManyBytesError: .unclear("the answer is too long")
        default: .unclear("the connection broke")
        }
    }

    private static let errorsBeforeSending: [HTTPClientError] = [
        .invalidURL, .emptyHost, .emptyScheme, .connectTimeout, .tlsHandshakeTimeout, .alreadyShutdown,
        .getConnectionFromPoolTimeout,
    ]
}
