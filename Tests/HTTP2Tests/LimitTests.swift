import HTTP2
import Testing

@Suite struct LimitTests {
    private typealias Send = ClientFrame

    @Test func `a slot is free again when it is released, not when the client resets it`() throws {
        var limits = Limits()
        limits.streams = 2
        var client = Client.ready(limits)
        client.send(Send.headers(1, Block.get()) + Send.headers(3, Block.get()) + Send.headers(5, Block.get()))
        #expect(client.takeFrames() == [.reset(5, .refusedStream)])
        client.send(Send.reset(1) + Send.headers(7, Block.get()))
        #expect(client.takeFrames() == [.reset(7, .refusedStream)])
        let stream = try #require(client.handles[1])
        client.connection.release(stream, workspace: &client.workspace)
        client.send(Send.headers(9, Block.get()))
        #expect(client.handles[9]?.slot == stream.slot)
        #expect(client.connection.openCount == 2)
        // A refused block is part of the table all the same.
        client.send(Send.headers(11, Block.of(Block.pseudo(), first: 0x40)))
        client.connection.release(try #require(client.handles[9]), workspace: &client.workspace)
        client.send(Send.headers(13, [0xbe, 0xbf, 0xc0, 0xc1]))
        #expect(client.handles[13] != nil)
    }

    /// Each row: what is sent again and again, how often it is borne in one period, and before it once.
    struct Flood: Sendable, CustomTestStringConvertible {
        let name: String
        var before: [UInt8] = []
        let bytes: @Sendable (UInt32) -> [UInt8]
        let borne: Int
        var testDescription: String { name }
    }

    private static let open = Send.headers(1, Block.post(), ends: false)
    private static let malformed = Block.get([("connection", "x")])

    static let floods: [Flood] = [
        Flood(name: "pings", bytes: { _ in Send.ping }, borne: 50),
        Flood(name: "settings", bytes: { _ in Send.settings() }, borne: 49),
        Flood(name: "acknowledged settings", bytes: { _ in Send.settingsAck }, borne: 50),
        Flood(name: "priorities", bytes: { _ in Send.priority(1, on: 3) }, borne: 50),
        Flood(name: "window updates", bytes: { _ in Send.windowUpdate(0, 1) }, borne: 50),
        Flood(
            name: "window updates for what is gone", before: Send.headers(1, Block.get()) + Send.reset(1),
            bytes: { _ in Send.windowUpdate(1, 1) }, borne: 50),
        Flood(name: "unknown frames", bytes: { _ in Send.raw(77, 0, 0, []) }, borne: 50),
        Flood(name: "farewells", bytes: { _ in Send.goAway() }, borne: 50),
        Flood(name: "empty DATA", before: open, bytes: { _ in Send.data(1, []) }, borne: 20),
        Flood(name: "DATA of padding", before: open, bytes: { _ in Send.padded(1, [], padding: 3) }, borne: 20),
        Flood(
            name: "empty HEADERS",
            bytes: { Send.headers($0 * 2 + 1, [], isWhole: false) + Send.continuation($0 * 2 + 1, malformed) },
            borne: 10),
        Flood(
            name: "empty CONTINUATION",
            bytes: { Send.headers($0 * 2 + 1, malformed, isWhole: false) + Send.continuation($0 * 2 + 1, []) },
            borne: 10),
        Flood(
            name: "resets for what is gone", before: Send.headers(1, Block.get()) + Send.reset(1),
            bytes: { _ in Send.reset(1) }, borne: 20),
        Flood(
            name: "requests given up", bytes: { Send.headers($0 * 2 + 1, Block.get()) + Send.reset($0 * 2 + 1) },
            borne: 10),
        Flood(name: "malformed requests", bytes: { Send.headers($0 * 2 + 1, malformed) }, borne: 10),
        Flood(
            name: "requests spoilt later",
            bytes: { Send.headers($0 * 2 + 1, Block.get()) + Send.windowUpdate($0 * 2 + 1, 0) }, borne: 10),
    ]

    private var limits: Limits {
        var limits = Limits()
        limits.resets = 10
        limits.glitches = 20
        limits.controlFrames = 52
        return limits
    }

    @Test(arguments: floods)
    func `a flood ends the connection, and the same in several periods does not`(flood: Flood) {
        var client = Client.ready(limits)
        client.send(flood.before)
        if !flood.before.isEmpty { client.now = 40_000 }
        var borne = 0
        for number in 0..<UInt32(flood.borne + 5) {
            client.send(flood.bytes(number))
            release(&client)
            if client.told.last == .failed { break }
            borne += 1
        }
        #expect(client.takeFrames().last?.payload.suffix(4) == [0, 0, 0, 0xb])
        #expect(abs(borne - flood.borne) <= 2, "\(borne) of \(flood.borne) were borne")
        var patient = Client.ready(limits)
        patient.send(flood.before)
        for number in 0..<UInt32(flood.borne * 3) {
            patient.now += 30_000 / Int64(flood.borne / 3)
            patient.send(flood.bytes(number))
            release(&patient)
        }
        #expect(!patient.told.contains(.failed))
    }

    private func release(_ client: inout Client) {
        for (id, stream) in client.handles where client.told.contains(.reset(id)) {
            client.connection.release(stream, workspace: &client.workspace)
            client.handles[id] = nil
        }
    }

    @Test func `a busy client may ask for more`() {
        var client = Client.ready(limits)
        client.send(Self.open)
        for _ in 0..<500 { client.send(Send.data(1, [1]) + Send.ping + Send.ping) }
        #expect(!client.told.contains(.failed))
    }

    @Test func `a head in more frames than allowed ends the connection`() {
        var client = Client.ready()
        client.send(Send.headers(1, Block.get(), isWhole: false))
        for _ in 0..<5 { client.send(Send.continuation(1, Block.of([("a", "b")]), isLast: false)) }
        #expect(client.told == [])
        client.send(Send.continuation(1, [], isLast: true))
        #expect(client.takeFrames() == [.goAway(0, .enhanceYourCalm)])
    }

    @Test func `a block that is too large as it comes ends the connection`() {
        var client = Client.ready()
        let filler = Block.of([("a", String(repeating: "v", count: 16_000))])
        client.send(Send.headers(1, Block.get(), isWhole: false))
        for _ in 0..<4 { client.send(Send.continuation(1, filler, isLast: false)) }
        #expect(client.told == [])
        client.send(Send.continuation(1, filler))
        #expect(client.takeFrames() == [.goAway(0, .enhanceYourCalm)])
    }

    static let large: [(name: String, fields: [(String, String)])] = [
        ("bytes", (0..<9).map { ("name-\($0)", String(repeating: "v", count: 4000)) }),
        ("fields", (0..<101).map { ("name-\($0)", "v") }),
        ("fields, with those the gateway adds", (0..<99).map { ("name-\($0)", "v") }),
        ("cookies", (0..<101).map { ("cookie", "a\($0)=1") }),
        ("bytes of cookies", (0..<90).map { ("cookie", "a\($0)=" + String(repeating: "v", count: 400)) }),
    ]

    @Test(arguments: large)
    func `a head beyond the limits is the owner's to refuse, and the next one is fine`(
        name: String, fields: [(String, String)]
    ) throws {
        var client = Client.ready()
        let block = Block.of(Block.pseudo() + fields, first: 0x40)
        let frames = stride(from: 0, to: block.count, by: 16_000).map {
            Array(block[$0..<min($0 + 16_000, block.count)])
        }
        client.send(Send.headers(1, frames[0], ends: false, isWhole: frames.count == 1))
        for index in frames.indices.dropFirst() {
            client.send(Send.continuation(1, frames[index], isLast: index == frames.count - 1))
        }
        #expect(client.told == [.oversized(1)])
        client.answer(try #require(client.handles[1]), status: 431)
        client.send(Send.data(1, [1], ends: true) + Send.headers(3, Block.get([("last", "one")])))
        #expect(client.handles[3] != nil)
        #expect(!client.told.contains(.failed))
    }

    @Test func `as many fields and cookies as allowed are taken`() {
        var client = Client.ready()
        let fields = (0..<97).map { ("name-\($0)", "v") } + (0..<100).map { ("cookie", "a\($0)=1") }
        client.send(Send.headers(1, Block.get(fields), ends: false))
        #expect(client.handles[1] != nil)
        #expect(!client.told.contains(.oversized(1)))
    }

    @Test func `a block that unpacks to much is cut off in memory`() {
        var client = Client.ready()
        let field = Block.of([("x", String(repeating: "y", count: 4000))], first: 0x40)
        client.send(Send.headers(1, Block.get() + field + [UInt8](repeating: 0xbe, count: 12_000)))
        #expect(client.told == [.oversized(1)])
        #expect(client.workspace.head.count < 40_000)
    }

    @Test func `trailers beyond their limit reset the stream`() {
        var client = Client.ready()
        let trailers = Block.of([("a", String(repeating: "v", count: 9000))])
        client.send(Self.open + Send.headers(1, trailers))
        #expect(client.takeFrames() == [.reset(1, .enhanceYourCalm)])
        #expect(client.told.last == .reset(1))
    }
}
