import AsyncHTTPClient
import Testing

@testable import Providers

@Suite struct ClientShelfTests {
    private func route(_ number: Int) -> OutboundRoute {
        OutboundRoute(proxy: ProxyAddress("http://proxy:\(number + 1)"))
    }

    @Test func `one way has one client, and the number of clients is bounded`() async throws {
        let shelf = ClientShelf()
        var evicted: [HTTPClient] = []
        let first = try #require(try shelf.lease(route(0)) { try HTTPClient(route: route(0)) })
        let again = try #require(try shelf.lease(route(0)) { try HTTPClient(route: route(0)) })
        #expect(first.0 === again.0)
        for number in 1..<40 {
            let lent = try #require(try shelf.lease(route(number)) { try HTTPClient(route: route(number)) })
            evicted += [lent.evicted].compactMap(\.self)
            shelf.release(route(number))
        }
        #expect(evicted.count == 40 - ClientShelf.clientsMax)
        // The first is in use all the time.
        #expect(!evicted.contains { $0 === first.0 })
        let rest = shelf.close()
        #expect(rest.count == ClientShelf.clientsMax)
        #expect(try shelf.lease(route(0)) { try HTTPClient(route: route(0)) } == nil)
        for client in evicted + rest { try await client.shutdown() }
    }

    @Test func `a way that cannot be made displaces nothing`() async throws {
        let shelf = ClientShelf()
        for number in 0..<ClientShelf.clientsMax {
            _ = try shelf.lease(route(number)) { try HTTPClient(route: route(number)) }
            shelf.release(route(number))
        }
        #expect(throws: CABundle.Unusable.self) {
            try shelf.lease(OutboundRoute(caBundle: "/nowhere")) {
                try HTTPClient(route: OutboundRoute(caBundle: "/nowhere"))
            }
        }
        let rest = shelf.close()
        #expect(rest.count == ClientShelf.clientsMax)
        for client in rest { try await client.shutdown() }
    }

    @Test func `when all are in use there is none for another way`() async throws {
        let shelf = ClientShelf()
        for number in 0..<ClientShelf.clientsMax {
            _ = try #require(try shelf.lease(route(number)) { try HTTPClient(route: route(number)) })
        }
        #expect(try shelf.lease(route(99)) { try HTTPClient(route: route(99)) } == nil)
        for client in shelf.close() { try await client.shutdown() }
    }
}
