import Testing

@testable import GatewayServer

@Suite struct ConnectionTableTests {
    private final class Connection {
        let token: UInt64
        init(token: UInt64) { self.token = token }
    }

    @Test func `news of a connection that is gone does not reach the one in its place`() {
        var table = ConnectionTable<Connection>(kind: 1, capacity: 2)
        let first = table.insert(Connection.init)
        table.remove(first.token)
        let second = table.insert(Connection.init)
        #expect(table.find(first.token) == nil)
        #expect(table.find(second.token) === second)
        table.remove(first.token)
        #expect(table.count == 1)
    }

    @Test func `a table is full at its bound and has room again after`() {
        var table = ConnectionTable<Connection>(kind: 2, capacity: 2)
        let first = table.insert(Connection.init)
        _ = table.insert(Connection.init)
        #expect(table.isFull)
        table.remove(first.token)
        #expect(!table.isFull)
        #expect(ConnectionTable<Connection>.kind(of: first.token) == 2)
    }
}
