import HTTP2
import Testing

/// Whole connections of well-behaved clients.
@Suite struct TranscriptTests {
    struct Transcript: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let told: [Told]
        let sent: [SentFrame]
        var testDescription: String { name }

        init(_ name: String, _ bytes: [UInt8], told: [Told] = [], sent: [SentFrame] = []) {
            self.name = name
            self.bytes = bytes
            self.told = told
            self.sent = sent
        }
    }

    private typealias Send = ClientFrame
    private static let getText = "GET / HTTP/1.1\r\nHost: gate.test\r\n\r\n"
    private static let postText = "POST / HTTP/1.1\r\nHost: gate.test\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static func post(_ stream: UInt32) -> Told { .head(stream, postText, hasEnded: false, isTunnel: false) }
    private static let pong = SentFrame(6, 1, 0, [1, 2, 3, 4, 5, 6, 7, 8])

    static let transcripts: [Transcript] = [
        Transcript(
            "a request without a body", Send.headers(1, Block.get()),
            told: [.head(1, getText, hasEnded: true, isTunnel: false)]),
        Transcript(
            "a body in two frames",
            Send.headers(1, Block.post(), ends: false) + Send.data(1, [1, 2]) + Send.data(1, [3], ends: true),
            told: [post(1), .data(1, [1, 2, 3], hasEnded: true)]),
        Transcript(
            "an empty last frame",
            Send.headers(1, Block.post(), ends: false) + Send.data(1, [1]) + Send.data(1, [], ends: true),
            told: [post(1), .data(1, [1], hasEnded: true)]),
        Transcript(
            "padding",
            Send.headers(1, Block.post(), ends: false) + Send.padded(1, [1, 2], padding: 5)
                + Send.padded(1, [], padding: 0) + Send.padded(1, [3], padding: 255, ends: true),
            told: [post(1), .data(1, [1, 2, 3], hasEnded: true)]),
        Transcript(
            "nothing but padding at the end",
            Send.headers(1, Block.post(), ends: false) + Send.padded(1, [], padding: 9, ends: true) + Send.ping,
            told: [post(1), .data(1, [], hasEnded: true)], sent: [pong]),
        Transcript(
            "a body of the length it told",
            Send.headers(1, Block.post([("content-length", "3")]), ends: false) + Send.padded(1, [1, 2], padding: 7)
                + Send.data(1, [3], ends: true),
            told: [
                .head(
                    1, "POST / HTTP/1.1\r\nHost: gate.test\r\ncontent-length: 3\r\n\r\n", hasEnded: false,
                    isTunnel: false),
                .data(1, [1, 2, 3], hasEnded: true),
            ]),
        Transcript(
            "trailers",
            Send.headers(1, Block.post(), ends: false) + Send.data(1, [7])
                + Send.headers(1, Block.of([("x-sum", "7"), ("grpc-status", "0")])),
            told: [post(1), .data(1, [7], hasEnded: false), .trailers(1, "x-sum: 7\r\ngrpc-status: 0\r\n")]),
        Transcript(
            "a head in four frames, cut within a field",
            Send.headers(1, Array(Block.get()[..<5]), isWhole: false)
                + Send.continuation(1, Array(Block.get()[5..<6]), isLast: false)
                + Send.continuation(1, [], isLast: false) + Send.continuation(1, Array(Block.get()[6...])),
            told: [.head(1, getText, hasEnded: true, isTunnel: false)]),
        Transcript(
            "padding and priority of a head",
            Send.raw(1, 0x2d, 3, [4, 0x80, 0, 0, 1, 200] + Block.get() + [0, 0, 0, 0]),
            told: [.head(3, getText, hasEnded: true, isTunnel: false)]),
        Transcript(
            "priorities of streams in any state",
            Send.priority(1, on: 0) + Send.headers(1, Block.get()) + Send.priority(1, on: 3) + Send.ping,
            told: [.head(1, getText, hasEnded: true, isTunnel: false)], sent: [pong]),
        Transcript(
            "two bodies by turns",
            Send.headers(1, Block.post(), ends: false) + Send.headers(3, Block.post(), ends: false) + Send.data(1, [1])
                + Send.data(3, [3], ends: true) + Send.data(1, [2], ends: true),
            told: [
                post(1), post(3), .data(1, [1], hasEnded: false), .data(3, [3], hasEnded: true),
                .data(1, [2], hasEnded: true),
            ]),
        Transcript(
            "a stream that the client gives up",
            Send.headers(1, Block.post(), ends: false) + Send.reset(1) + Send.headers(3, Block.get()),
            told: [post(1), .reset(1), .head(3, getText, hasEnded: true, isTunnel: false)]),
        Transcript(
            "pings, and answers to pings of nobody", Send.ping + Send.raw(6, 1, 0, [0, 0, 0, 0, 0, 0, 0, 0]),
            sent: [pong]),
        Transcript(
            "settings, known and unknown",
            Send.settings([(1, 4096), (2, 1), (3, 100), (4, 65_535), (5, 16_384), (6, 100), (0xff, 1)]),
            sent: [.settingsAck]),
        Transcript(
            "frames of unknown kinds", Send.raw(0x16, 0xff, 0, [1, 2, 3]) + Send.raw(0x10, 0, 0, []) + Send.ping,
            sent: [pong]),
        Transcript(
            "a reserved bit before the stream's number", Send.raw(6, 0, 1 << 31, [1, 2, 3, 4, 5, 6, 7, 8]), sent: [pong]
        ),
        Transcript("unknown flags", Send.raw(6, 0x16, 0, [1, 2, 3, 4, 5, 6, 7, 8]), sent: [pong]),
        Transcript(
            "a farewell with an explanation", Send.goAway() + Send.goAway() + Send.ping, told: [.peerGoingAway],
            sent: [pong]),
    ]

    @Test(arguments: transcripts)
    func `a connection tells the same, wherever its bytes are cut`(transcript: Transcript) {
        var whole = Client.ready()
        whole.send(transcript.bytes)
        #expect(whole.told == transcript.told)
        #expect(whole.takeFrames() == transcript.sent)
        for cut in 0...transcript.bytes.count {
            var client = Client.ready()
            client.send(Array(transcript.bytes[..<cut]))
            client.send(Array(transcript.bytes[cut...]))
            #expect(client.told == transcript.told, "cut at \(cut)")
            #expect(client.takeFrames() == transcript.sent, "cut at \(cut)")
        }
    }

    @Test func `a client may begin byte by byte, and hears the settings first`() {
        var client = Client()
        for byte in Send.preface + Send.settings() { client.send([byte]) }
        let frames = client.takeFrames()
        #expect(frames.map(\.kind) == [4, 8, 4])
        #expect(frames[1] == .windowUpdate(0, 1_048_576 - 65_535))
        // Extended CONNECT is offered (RFC 8441, section 3).
        #expect(frames[0].payload.suffix(6) == [0, 8, 0, 0, 0, 1])
        #expect(client.told == [])
    }
}
