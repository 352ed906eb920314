import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// The real way out: a pool of connections for each route, all of them bounded.
///
/// Redirects are not followed, because the credentials are for one address only; and nothing is retried here, because a
/// submission costs money.
public final class HTTPOutbound: Sendable {
    /// A prediction carries its whole log; a list carries a hundred.
    private static let answerBytesMax = 16 * 1024 * 1024

    private let shelf = ClientShelf()
    /// For all ways out together.
    private let limit = CallLimit(callsMax: 100)

    public init() {}

    public var factory: OutboundFactory { OutboundFactory { [self] in outbound($0) } }

    /// A way out by some settings.
    public func outbound(_ settings: OutboundSettings = .direct) -> Outbound {
        Outbound { [self] call, limit throws(OutboundFailure) in
            try await answer(to: call, by: settings.route(to: call.url), within: limit)
        }
    }

    /// Closes the connections.
    ///
    /// To be called once, when nobody sends any more.
    public func shutdown() async throws {
        for client in shelf.close() { try await client.shutdown() }
    }

    private func answer(
        to call: OutboundCall, by route: OutboundRoute, within patience: Duration
    ) async throws(OutboundFailure) -> OutboundAnswer {
        // A socket of this machine leads to our own other half, which other people's slowness must not cut off.
        guard WebOrigin(call.url) != nil else { return try await lentAnswer(to: call, by: route, within: patience) }
        guard limit.enter() else { throw .withheld("too many calls are under way") }
        defer { limit.leave() }
        return try await lentAnswer(to: call, by: route, within: patience)
    }

    private func lentAnswer(
        to call: OutboundCall, by route: OutboundRoute, within patience: Duration
    ) async throws(OutboundFailure) -> OutboundAnswer {
        var route = route
        route.caBundleStamp = route.caBundle.flatMap { FileStamp(of: $0) }
        let client = try await lease(route)
        defer { shelf.release(route) }
        do {
            return try await race(call.identified(correlationID: CorrelationID.current), by: client, patience)
        } catch let failure as OutboundFailure {
            throw failure
        } catch {
            throw OutboundFailure(error)
        }
    }

    private func lease(_ route: OutboundRoute) async throws(OutboundFailure) -> HTTPClient {
        let lent: (HTTPClient, evicted: HTTPClient?)?
        do { lent = try shelf.lease(route) { try HTTPClient(route: route) } } catch {
            throw .withheld("the CA bundle cannot be used")
        }
        guard let lent else { throw .withheld("too many ways out are in use") }
        // Nobody uses it any more; if closing fails, there is nothing else to do about it.
        if let evicted = lent.evicted { try? await evicted.shutdown() }
        return lent.0
    }

    /// The client's own deadline ends with the head of the answer; a body that trickles would hold us for ever.
    private func race(_ call: OutboundCall, by client: HTTPClient, _ limit: Duration) async throws -> OutboundAnswer {
        try await withThrowingTaskGroup(of: OutboundAnswer.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await Self.exchange(call, by: client, limit) }
            group.addTask {
                try await Task.sleep(for: limit)
                throw OutboundFailure.unclear("no answer in time")
            }
            guard let answer = try await group.next() else { throw CancellationError() }
            return answer
        }
    }

    private static func exchange(
        _ call: OutboundCall, by client: HTTPClient, _ limit: Duration
    ) async throws -> OutboundAnswer {
        // A host is pinned in lower case, and looked up as it is written.
        var request = HTTPClientRequest(url: WebOrigin.withHostInLowerCase(call.url))
        request.method = .init(rawValue: call.method.rawValue)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        if let body = call.body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await client.execute(request, deadline: .now() + TimeAmount(limit))
        let body = try await response.body.collect(upTo: answerBytesMax)
        return OutboundAnswer(
            status: Int(response.status.code), body: Array(body.readableBytesView),
            retryAfter: response.headers.first(name: "retry-after"))
    }
}
