import HTTP2
import Testing

@Suite struct AnswerTests {
    private func decode(_ frames: [SentFrame]) throws -> [String] {
        var decoder = HPACK.Decoder(tableBytes: 4096)
        var section = HPACK.FieldSection()
        section.reset(bytes: 1 << 20, fields: 1000, cookies: 10)
        let block = frames.flatMap(\.payload)
        try decoder.decode(block.span, into: &section)
        return (0..<section.count).map {
            String(decoding: section.name($0), as: UTF8.self) + ": "
                + String(decoding: section.value($0), as: UTF8.self)
        }
    }

    private func asked() throws -> (Client, StreamHandle) {
        var client = Client.ready()
        client.send(ClientFrame.headers(1, Block.get()))
        return (client, try #require(client.handles[1]))
    }

    @Test func `interim heads, head and trailers follow each other`() throws {
        var (client, stream) = try asked()
        client.answer(stream, status: 103, [("Link", "</a>")], ends: false)
        client.answer(stream, status: 200, [("Content-Type", "text/plain")], ends: false)
        client.connection.openTrailers(stream, workspace: &client.workspace)
        client.add([("Grpc-Status", "0")])
        client.connection.closeHead(stream, hasEnded: true, workspace: &client.workspace)
        let frames = client.takeFrames()
        #expect(frames.map(\.kind) == [1, 1, 1])
        #expect(frames.map(\.flags) == [4, 4, 5])
        // An empty table is told once, with the first block.
        #expect(frames.map { $0.payload.first } == [0x20, 0x88, 0x00])
        #expect(try decode([frames[0]]) == [":status: 103", "link: </a>"])
        #expect(try decode([frames[1]]) == [":status: 200", "content-type: text/plain"])
        #expect(try decode([frames[2]]) == ["grpc-status: 0"])
    }

    @Test(arguments: [200, 204, 206, 304, 400, 404, 500, 201, 418, 599])
    func `every status decodes to itself`(status: Int) throws {
        var (client, stream) = try asked()
        client.answer(stream, status: status)
        #expect(try decode(client.takeFrames()) == [":status: \(status)"])
    }

    @Test func `what speaks of an HTTP 1 connection is left out`() throws {
        var (client, stream) = try asked()
        let names = ["Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade"]
        client.answer(stream, names.map { ($0, "x") } + [("upgrade-insecure-requests", "1"), ("X", "")])
        #expect(try decode(client.takeFrames()) == [":status: 200", "upgrade-insecure-requests: 1", "x: "])
    }

    @Test(arguments: [126, 127, 128, 254, 255, 16_383, 16_384, 40_000])
    func `values of any length keep their length`(length: Int) throws {
        var (client, stream) = try asked()
        let value = String(repeating: "v", count: length)
        client.answer(stream, [("a", value)])
        #expect(try decode(client.takeFrames()) == [":status: 200", "a: \(value)"])
    }

    @Test func `a head larger than a frame is cut into frames that belong together`() throws {
        var (client, stream) = try asked()
        let fields = (0..<40).map { ("name-\($0)", String(repeating: "v", count: 1000)) }
        client.answer(stream, fields)
        let frames = client.takeFrames()
        #expect(frames.map(\.kind) == [1, 9, 9])
        #expect(frames.map(\.flags) == [1, 0, 4])
        #expect(frames.allSatisfy { $0.stream == 1 && $0.payload.count <= 16_384 })
        #expect(try decode(frames).count == 41)
    }

    @Test func `an answer to a stream that is gone is not sent`() throws {
        var (client, stream) = try asked()
        client.send(ClientFrame.reset(1))
        client.answer(stream)
        #expect(client.takeFrames() == [])
        client.connection.release(stream, workspace: &client.workspace)
        client.answer(stream)
        client.connection.consumed(stream, 5, workspace: &client.workspace)
        client.connection.reset(stream, .cancel, workspace: &client.workspace)
        client.connection.release(stream, workspace: &client.workspace)
        #expect(client.takeFrames() == [])
        #expect(client.connection.openCount == 0)
    }

    @Test(arguments: [
        ("nothing answered", false, false, [SentFrame.reset(1, .cancel)]),
        ("all answered", true, true, [.reset(1, .noError)]),
        ("a head answered", true, false, [.reset(1, .cancel)]),
    ])
    func `to release a stream that is not finished resets it`(
        name: String, answers: Bool, ends: Bool, sent: [SentFrame]
    ) throws {
        var client = Client.ready()
        client.send(ClientFrame.headers(1, Block.post(), ends: false))
        let stream = try #require(client.handles[1])
        if answers { client.answer(stream, ends: ends) }
        _ = client.takeFrames()
        client.connection.release(stream, workspace: &client.workspace)
        #expect(client.takeFrames() == sent)
    }

    @Test func `a farewell is said twice: no more soon, and no more`() throws {
        var (client, stream) = try asked()
        client.connection.announceGoAway(workspace: &client.workspace)
        client.connection.announceGoAway(workspace: &client.workspace)
        #expect(client.takeFrames() == [.goAway(0x7fff_ffff, .noError)])
        #expect(client.connection.isGoingAway)
        client.send(ClientFrame.headers(3, Block.get()))
        #expect(client.handles[3] != nil)
        client.connection.goAway(.noError, workspace: &client.workspace)
        client.connection.goAway(.noError, workspace: &client.workspace)
        #expect(client.takeFrames() == [.goAway(3, .noError)])
        // A request that crossed it is not taken, but its block goes into the table.
        client.send(
            ClientFrame.headers(5, Block.of(Block.pseudo(), first: 0x40), ends: false)
                + ClientFrame.data(5, [1], ends: true))
        #expect(client.handles[5] == nil)
        client.answer(stream)
        #expect(client.takeFrames().map(\.kind) == [1])
        #expect(client.connection.openCount == 2)
    }
}
