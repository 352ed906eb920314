import HTTP2
import Testing

/// What breaks a rule of frames, and what the client is told.
@Suite struct FrameRuleTests {
    struct Rule: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let answer: SentFrame
        var testDescription: String { name }

        init(_ name: String, _ bytes: [UInt8], _ answer: SentFrame) {
            self.name = name
            self.bytes = bytes
            self.answer = answer
        }
    }

    private typealias Send = ClientFrame
    private static let open = Send.headers(1, Block.post(), ends: false)
    private static let get = Send.headers(1, Block.get())

    static let connectionRules: [Rule] = [
        Rule("DATA on stream 0", Send.data(0, [1]), .goAway(0, .protocolError)),
        Rule("HEADERS on stream 0", Send.headers(0, Block.get()), .goAway(0, .protocolError)),
        Rule("PRIORITY on stream 0", Send.priority(0, on: 1), .goAway(0, .protocolError)),
        Rule("RST_STREAM on stream 0", Send.reset(0), .goAway(0, .protocolError)),
        Rule("CONTINUATION on stream 0", Send.continuation(0, []), .goAway(0, .protocolError)),
        Rule("SETTINGS on a stream", Send.raw(4, 0, 1, []), .goAway(0, .protocolError)),
        Rule("PING on a stream", Send.raw(6, 0, 3, [UInt8](repeating: 0, count: 8)), .goAway(0, .protocolError)),
        Rule("GOAWAY on a stream", Send.raw(7, 0, 1, [UInt8](repeating: 0, count: 8)), .goAway(0, .protocolError)),
        Rule("PUSH_PROMISE", Send.raw(5, 4, 1, [0, 0, 0, 2]), .goAway(0, .protocolError)),
        Rule("DATA on an idle stream", Send.data(1, [1]), .goAway(0, .protocolError)),
        Rule("RST_STREAM on an idle stream", Send.reset(1), .goAway(0, .protocolError)),
        Rule("WINDOW_UPDATE on an idle stream", Send.windowUpdate(1, 1), .goAway(0, .protocolError)),
        Rule("CONTINUATION on an idle stream", Send.continuation(1, []), .goAway(0, .protocolError)),
        Rule("HEADERS with an even number", Send.headers(2, Block.get()), .goAway(0, .protocolError)),
        Rule("DATA with an even number", get + Send.data(2, [1]), .goAway(1, .protocolError)),
        Rule(
            "HEADERS below the highest", Send.headers(5, Block.get()) + Send.headers(3, Block.get()),
            .goAway(5, .protocolError)),
        Rule("RST_STREAM of 3 bytes", open + Send.raw(3, 0, 1, [0, 0, 0]), .goAway(1, .frameSizeError)),
        Rule("WINDOW_UPDATE of 3 bytes", Send.raw(8, 0, 0, [0, 0, 1]), .goAway(0, .frameSizeError)),
        Rule("PING of 6 bytes", Send.raw(6, 0, 0, [0, 0, 0, 0, 0, 0]), .goAway(0, .frameSizeError)),
        Rule("GOAWAY of 7 bytes", Send.raw(7, 0, 0, [0, 0, 0, 0, 0, 0, 0]), .goAway(0, .frameSizeError)),
        Rule("SETTINGS of 3 bytes", Send.raw(4, 0, 0, [0, 1, 0]), .goAway(0, .frameSizeError)),
        Rule("SETTINGS acknowledged with content", Send.raw(4, 1, 0, [0, 1, 0, 0, 0, 0]), .goAway(0, .frameSizeError)),
        Rule("SETTINGS_ENABLE_PUSH 2", Send.settings([(2, 2)]), .goAway(0, .protocolError)),
        Rule("SETTINGS_INITIAL_WINDOW_SIZE 2^31", Send.settings([(4, 1 << 31)]), .goAway(0, .flowControlError)),
        Rule("SETTINGS_MAX_FRAME_SIZE 16383", Send.settings([(5, 16_383)]), .goAway(0, .protocolError)),
        Rule("SETTINGS_MAX_FRAME_SIZE 2^24", Send.settings([(5, 1 << 24)]), .goAway(0, .protocolError)),
        Rule("SETTINGS_ENABLE_CONNECT_PROTOCOL 2", Send.settings([(8, 2)]), .goAway(0, .protocolError)),
        Rule("a HEADERS frame that is too large", Send.raw(1, 5, 1, [], length: 16_385), .goAway(0, .frameSizeError)),
        Rule(
            "a DATA frame that is too large",
            open + Send.raw(0, 1, 1, [], length: 16_385), .goAway(1, .frameSizeError)),
        Rule("an unknown frame that is too large", Send.raw(99, 1, 1, [], length: 16_385), .goAway(0, .frameSizeError)),
        Rule(
            "DATA with padding as long as the frame", open + Send.raw(0, 9, 1, [6, 1, 1, 1, 1]),
            .goAway(1, .protocolError)),
        Rule("DATA with no room for the padding's length", open + Send.raw(0, 9, 1, []), .goAway(1, .frameSizeError)),
        Rule(
            "HEADERS with padding as long as the frame", Send.raw(1, 13, 1, [3, 0x82, 0x84]), .goAway(0, .protocolError)
        ),
        Rule("HEADERS with padding but nothing else", Send.raw(1, 13, 1, []), .goAway(0, .frameSizeError)),
        Rule("HEADERS too short for its priority", Send.raw(1, 0x25, 1, [0, 0, 0, 0]), .goAway(0, .frameSizeError)),
        Rule("a block that is none", Send.headers(1, [0x40]), .goAway(1, .compressionError)),
        Rule(
            "a frame between a block's", Send.headers(1, [], isWhole: false) + Send.priority(1, on: 0),
            .goAway(0, .protocolError)),
        Rule(
            "an unknown frame between a block's", Send.headers(1, [], isWhole: false) + Send.raw(99, 0, 0, []),
            .goAway(0, .protocolError)),
        Rule(
            "another stream between a block's frames",
            Send.headers(1, [], isWhole: false) + Send.headers(3, Block.get()), .goAway(0, .protocolError)),
        Rule(
            "CONTINUATION of another stream", Send.headers(1, [], isWhole: false) + Send.continuation(3, []),
            .goAway(0, .protocolError)),
        Rule("CONTINUATION behind a whole block", get + Send.continuation(1, []), .goAway(1, .protocolError)),
        Rule(
            "CONTINUATION behind the last one",
            Send.headers(1, Block.get(), isWhole: false) + Send.continuation(1, []) + Send.continuation(1, []),
            .goAway(1, .protocolError)),
        Rule("WINDOW_UPDATE of nothing", Send.windowUpdate(0, 0), .goAway(0, .protocolError)),
        Rule("WINDOW_UPDATE beyond the largest", Send.windowUpdate(0, 0x7fff_ffff), .goAway(0, .flowControlError)),
        Rule(
            "SETTINGS that make a window too large",
            open + Send.windowUpdate(1, 0x7fff_0000) + Send.settings([(4, 0x7fff_ffff)]),
            .goAway(1, .flowControlError)),
        Rule("PRIORITY on itself where nothing is", Send.priority(7, on: 7), .goAway(0, .protocolError)),
    ]

    static let streamRules: [Rule] = [
        Rule("PRIORITY of 4 bytes", open + Send.raw(2, 0, 1, [0, 0, 0, 3]), .reset(1, .frameSizeError)),
        Rule("PRIORITY on itself", open + Send.priority(1, on: 1), .reset(1, .protocolError)),
        Rule(
            "HEADERS that depend on themselves", Send.raw(1, 0x25, 1, [0, 0, 0, 1, 255] + Block.get()),
            .reset(1, .protocolError)),
        Rule("WINDOW_UPDATE of nothing on a stream", open + Send.windowUpdate(1, 0), .reset(1, .protocolError)),
        Rule(
            "WINDOW_UPDATE beyond the largest on a stream", open + Send.windowUpdate(1, 0x7fff_ffff),
            .reset(1, .flowControlError)),
        Rule("DATA behind the end", get + Send.data(1, [1], ends: true), .reset(1, .streamClosed)),
        Rule("HEADERS behind the end", get + Send.headers(1, Block.get()), .reset(1, .streamClosed)),
        Rule(
            "trailers that end nothing", open + Send.headers(1, Block.of([("x", "y")]), ends: false),
            .reset(1, .protocolError)),
        Rule(
            "trailers with a pseudo-header", open + Send.headers(1, Block.of([(":path", "/")])),
            .reset(1, .protocolError)),
        Rule(
            "trailers with Connection", open + Send.headers(1, Block.of([("connection", "x")])),
            .reset(1, .protocolError)),
        Rule(
            "trailers with a control character", open + Send.headers(1, Block.of([("x", "a\u{1}")])),
            .reset(1, .protocolError)),
    ]

    @Test(arguments: connectionRules)
    func `the connection ends, and the client is told why`(rule: Rule) {
        var client = Client.ready()
        client.send(rule.bytes)
        #expect(client.takeFrames().last == rule.answer)
        #expect(client.told.last == .failed)
        #expect(client.connection.isGoingAway)
        // Whatever comes now is nobody's.
        let before = client.told
        client.send(Send.headers(9, Block.get()) + Send.ping)
        #expect(client.told == before)
        #expect(client.takeFrames() == [])
    }

    @Test(arguments: streamRules)
    func `the stream ends, and the connection goes on`(rule: Rule) {
        var client = Client.ready()
        client.send(rule.bytes)
        #expect(client.takeFrames() == [rule.answer])
        if client.handles[1] != nil { #expect(client.told.last == .reset(1)) }
        client.send(Send.headers(3, Block.get()) + Send.ping)
        #expect(client.handles[3] != nil)
        #expect(client.takeFrames() == [SentFrame(6, 1, 0, [1, 2, 3, 4, 5, 6, 7, 8])])
    }

    @Test(arguments: connectionRules + streamRules)
    func `a rule is broken the same however the bytes come`(rule: Rule) {
        var whole = Client.ready()
        whole.send(rule.bytes)
        var bytewise = Client.ready()
        for byte in rule.bytes { bytewise.send([byte]) }
        #expect(bytewise.told == whole.told)
        #expect(bytewise.takeFrames() == whole.takeFrames())
    }

    static let beginnings: [Rule] = [
        Rule("another protocol", Array("GET / HTTP/1.1\r\n".utf8), .goAway(0, .protocolError)),
        Rule("a preface with another end", Array("PRI * HTTP/2.0\r\n\r\nSN".utf8), .goAway(0, .protocolError)),
        Rule("no SETTINGS first", Send.preface + Send.ping, .goAway(0, .protocolError)),
        Rule("SETTINGS acknowledged first", Send.preface + Send.settingsAck, .goAway(0, .protocolError)),
        Rule("a request first", Send.preface + get, .goAway(0, .protocolError)),
    ]

    @Test(arguments: beginnings)
    func `who begins otherwise is no client`(rule: Rule) {
        var client = Client()
        client.send(rule.bytes)
        #expect(client.told == [.failed])
        #expect(client.takeFrames().last == rule.answer)
    }
}
