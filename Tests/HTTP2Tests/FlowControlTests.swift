import HTTP2
import Testing

@Suite struct FlowControlTests {
    private typealias Send = ClientFrame

    /// Small windows, so that a test can fill them; never below what the protocol grants before settings are known.
    private var limits: Limits {
        var limits = Limits()
        limits.streamWindow = 70_000
        limits.connectionWindow = 100_000
        return limits
    }

    private func chunk(_ stream: UInt32, _ count: Int = 10_000, ends: Bool = false) -> [UInt8] {
        Send.data(stream, [UInt8](repeating: 7, count: count), ends: ends)
    }

    private func opened(_ streams: [UInt32]) -> Client {
        var client = Client.ready(limits)
        client.consumes = false
        for stream in streams { client.send(Send.headers(stream, Block.post(), ends: false)) }
        return client
    }

    @Test func `credit is told once it is half a window`() throws {
        var client = opened([1])
        for _ in 0..<6 { client.send(chunk(1)) }
        let stream = try #require(client.handles[1])
        client.connection.consumed(stream, 34_999, workspace: &client.workspace)
        #expect(client.takeFrames() == [])
        client.connection.consumed(stream, 1, workspace: &client.workspace)
        #expect(client.takeFrames() == [.windowUpdate(1, 35_000)])
        client.connection.consumed(stream, 15_000, workspace: &client.workspace)
        #expect(client.takeFrames() == [.windowUpdate(0, 50_000)])
    }

    @Test func `a stream that is sent more than its window is reset, and one whose owner keeps up is not`() {
        var client = opened([1])
        for _ in 0..<7 { client.send(chunk(1)) }
        #expect(client.takeFrames() == [])
        client.send(chunk(1, 1))
        #expect(client.takeFrames().contains(.reset(1, .flowControlError)))
        #expect(client.told.last == .reset(1))
        var eager = opened([1])
        eager.consumes = true
        for _ in 0..<100 { eager.send(chunk(1)) }
        #expect(!eager.told.contains(.reset(1)))
    }

    @Test func `a connection that is sent more than its window ends`() {
        var client = opened([1, 3])
        for _ in 0..<5 { client.send(chunk(1) + chunk(3)) }
        client.send(chunk(3, 1))
        #expect(client.takeFrames() == [.goAway(3, .flowControlError)])
    }

    @Test func `padding counts and comes back at once`() {
        var client = opened([1])
        for _ in 0..<1000 { client.send(Send.padded(1, [1], padding: 255)) }
        #expect(client.told.last == .data(1, [UInt8](repeating: 1, count: 1000), hasEnded: false))
        let increments = client.takeFrames().filter { $0.stream == 0 }
        #expect(increments.count == 5)
    }

    enum Ending: CaseIterable, Sendable {
        case resetByUs, resetByClient, released, refused, fault
    }

    @Test(arguments: Ending.allCases)
    func `what is sent on a stream that is gone comes back to the connection, once`(ending: Ending) throws {
        var client = opened([1])
        for _ in 0..<6 { client.send(chunk(1)) }
        let stream = try #require(client.handles[1])
        switch ending {
        case .resetByUs: client.connection.reset(stream, .cancel, workspace: &client.workspace)
        case .resetByClient: client.send(Send.reset(1))
        case .released: client.connection.release(stream, workspace: &client.workspace)
        case .fault: client.send(Send.windowUpdate(1, 0))
        case .refused:
            client.connection.goAway(.noError, workspace: &client.workspace)
            client.connection.reset(stream, .cancel, workspace: &client.workspace)
            client.send(Send.headers(3, Block.post(), ends: false))
        }
        // A client that cannot know yet goes on.
        let late = ending == .resetByClient ? 0 : 30
        for _ in 0..<late { client.send(chunk(ending == .refused ? 3 : 1)) }
        #expect(!client.told.contains(.failed))
        // To consume what was given back with the stream's end gives nothing twice.
        for _ in 0..<20 { client.connection.consumed(stream, 10_000, workspace: &client.workspace) }
        let updates = client.takeFrames().filter { $0.kind == 8 && $0.stream == 0 }
        let credit = updates.reduce(0) { $0 + $1.payload.reduce(0) { $0 << 8 | Int($1) } }
        #expect((0..<50_000).contains(60_000 + late * 10_000 - credit))
    }

    @Test func `payload that breaks its stream's rules comes back too`() {
        var client = Client.ready(limits)
        for number in 0..<30 as Range<UInt32> {
            let stream = number * 2 + 1
            client.send(Send.headers(stream, Block.post([("content-length", "1")]), ends: false) + chunk(stream))
            #expect(client.told.last == .reset(stream))
        }
        #expect(!client.told.contains(.failed))
    }

    @Test func `a stream reset within a frame has the frame's rest thrown away`() throws {
        var client = opened([1])
        let bytes = chunk(1)
        client.send(Array(bytes[..<100]))
        let stream = try #require(client.handles[1])
        client.connection.reset(stream, .cancel, workspace: &client.workspace)
        client.send(Array(bytes[100...]) + Send.ping)
        #expect(client.told.last == .data(1, [UInt8](repeating: 7, count: 91), hasEnded: false))
        #expect(client.takeFrames().map(\.kind) == [3, 6])
    }

    @Test func `an answer keeps within the client's windows, and goes on when they open`() throws {
        var client = Client.ready()
        client.send(Send.settings([(4, 10)]) + Send.headers(1, Block.get()))
        let stream = try #require(client.handles[1])
        let connection = client.connection
        client.answer(stream, ends: false)
        #expect(connection.sendable(stream) == 10)
        let first = try #require(connection.dataFrame(stream, available: 25, hasEnded: true))
        #expect(first.count == 10 && !first.hasEnded)
        #expect(connection.dataFrame(stream, available: 15, hasEnded: true) == nil)
        client.send(Send.windowUpdate(1, 5))
        #expect(client.told.last == .windowOpened(1))
        #expect(connection.dataFrame(stream, available: 15, hasEnded: true)?.count == 5)
        // Less than nothing is left, then one byte more than that.
        client.send(Send.settings([(4, 5)]))
        #expect(connection.sendable(stream) == 0)
        client.send(Send.windowUpdate(1, 6))
        #expect(connection.sendable(stream) == 1)
        client.send(Send.settings([(4, 100)]))
        #expect(client.told.last == .windowOpened(nil))
        let last = try #require(connection.dataFrame(stream, available: 10, hasEnded: true))
        #expect(last.count == 10 && last.hasEnded)
        #expect((0..<9).map { last.header[$0] } == [0, 0, 10, 0, 1, 0, 0, 0, 1])
        #expect(connection.dataFrame(stream, available: 1, hasEnded: true) == nil)
    }

    @Test func `the connection's window is shared by its streams`() throws {
        var client = Client.ready()
        client.send(Send.settings([(4, 1_000_000)]) + Send.headers(1, Block.get()) + Send.headers(3, Block.get()))
        let (one, three) = (try #require(client.handles[1]), try #require(client.handles[3]))
        for _ in 0..<3 {
            #expect(client.connection.dataFrame(one, available: 20_000, hasEnded: false)?.count == 16_384)
        }
        #expect(client.connection.dataFrame(three, available: 20_000, hasEnded: false)?.count == 16_383)
        #expect(client.connection.dataFrame(three, available: 20_000, hasEnded: false) == nil)
        // An end without payload needs no window.
        #expect(client.connection.dataFrame(three, available: 0, hasEnded: true)?.count == 0)
        client.send(Send.windowUpdate(0, 100))
        #expect(client.told.last == .windowOpened(nil))
        #expect(client.connection.sendable(one) == 100)
    }
}
