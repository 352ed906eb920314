import AsyncHTTPClient
import Synchronization

/// The clients in use, one for each way out, each with its own pool of connections.
///
/// A changed setting is another way and gets another client; what is no longer asked for makes room, and is closed when
/// its last call is over. Never more than ``clientsMax`` are open.
final class ClientShelf: Sendable {
    static let clientsMax = 16

    private struct Place {
        let client: HTTPClient
        var calls: Int
        var lastUse: Int
    }

    private struct State {
        var places: [OutboundRoute: Place] = [:]
        var uses = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Lends the client of a way; `release` has to follow.
    ///
    /// - Parameters:
    ///   - route: The way.
    ///   - make: Opens a client.
    /// - Returns: The client, and one to be shut down that made room for it; nil when all are in use, or when the shelf
    ///   is closed.
    func lease(_ route: OutboundRoute, _ make: () throws -> HTTPClient) rethrows -> (HTTPClient, evicted: HTTPClient?)?
    {
        try state.withLock { state in
            guard !state.isClosed else { return nil }
            state.uses += 1
            if state.places[route] != nil {
                state.places[route]?.calls += 1
                state.places[route]?.lastUse = state.uses
                return state.places[route].map { ($0.client, nil) }
            }
            let isFull = state.places.count >= Self.clientsMax
            let idle = state.places.filter { $0.value.calls == 0 }
            let oldest = isFull ? idle.min { $0.value.lastUse < $1.value.lastUse } : nil
            guard !isFull || oldest != nil else { return nil }
            // Before anything is taken off the shelf: a way that cannot be made displaces nothing.
            let client = try make()
            state.places[route] = Place(client: client, calls: 1, lastUse: state.uses)
            return (client, oldest.flatMap { state.places.removeValue(forKey: $0.key)?.client })
        }
    }

    func release(_ route: OutboundRoute) {
        state.withLock { $0.places[route]?.calls -= 1 }
    }

    /// Takes all clients, to be shut down; nothing is lent afterwards.
    func close() -> [HTTPClient] {
        state.withLock { state in
            state.isClosed = true
            defer { state.places = [:] }
            return state.places.values.map(\.client)
        }
    }
}
