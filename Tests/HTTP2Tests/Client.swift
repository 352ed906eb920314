import HTTP2

/// What a connection told its owner, with the bytes themselves, and parts of a body joined.
enum Told: Equatable {
    case head(UInt32, String, hasEnded: Bool, isTunnel: Bool)
    case oversized(UInt32)
    case unsupported(UInt32)
    case data(UInt32, [UInt8], hasEnded: Bool)
    case trailers(UInt32, String)
    case reset(UInt32)
    case windowOpened(UInt32?)
    case peerGoingAway
    case failed
}

/// A frame that a connection wants sent.
struct SentFrame: Equatable {
    let kind: UInt8
    let flags: UInt8
    let stream: UInt32
    let payload: [UInt8]

    init(_ kind: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8] = []) {
        self.kind = kind
        self.flags = flags
        self.stream = stream
        self.payload = payload
    }

    static func reset(_ stream: UInt32, _ code: ErrorCode) -> SentFrame {
        SentFrame(3, 0, stream, ClientFrame.bigEndian(code.rawValue))
    }

    static func goAway(_ last: UInt32, _ code: ErrorCode) -> SentFrame {
        SentFrame(7, 0, 0, ClientFrame.bigEndian(last) + ClientFrame.bigEndian(code.rawValue))
    }

    static func windowUpdate(_ stream: UInt32, _ increment: Int) -> SentFrame {
        SentFrame(8, 0, stream, ClientFrame.bigEndian(UInt32(increment)))
    }

    static let settingsAck = SentFrame(4, 1, 0)
}

/// A client and the connection's owner in one.
struct Client {
    let connection: ServerConnection
    var workspace = Workspace()
    var told: [Told] = []
    var handles: [UInt32: StreamHandle] = [:]
    var now: Int64 = 0
    /// Whether payload is consumed as it comes.
    var consumes = true
    private var held: [UInt8] = []

    init(_ limits: Limits = Limits()) {
        connection = ServerConnection(limits: limits)
        connection.start(into: &workspace)
    }

    /// A client that has said its preface and seen the server's.
    static func ready(_ limits: Limits = Limits()) -> Client {
        var client = Client(limits)
        client.send(ClientFrame.preface + ClientFrame.settings() + ClientFrame.settingsAck)
        _ = client.takeFrames()
        return client
    }

    mutating func send(_ bytes: [UInt8]) {
        let input = held + bytes
        var index = 0
        while true {
            let (event, end) = connection.next(input.span, from: index, now: now, workspace: &workspace)
            index = end
            guard let event else { break }
            note(event, input)
        }
        held = Array(input[index...])
    }

    private mutating func note(_ event: Event, _ input: [UInt8]) {
        let text = String(decoding: workspace.head, as: UTF8.self)
        switch event {
        case .head(let stream, let hasEnded, let isTunnel):
            handles[stream.id] = stream
            told.append(.head(stream.id, text, hasEnded: hasEnded, isTunnel: isTunnel))
        case .oversized(let stream, _):
            handles[stream.id] = stream
            told.append(.oversized(stream.id))
        case .unsupported(let stream):
            handles[stream.id] = stream
            told.append(.unsupported(stream.id))
        case .data(let stream, let range, let hasEnded):
            note(stream, Array(input[range]), hasEnded)
            if consumes { connection.consumed(stream, range.count, workspace: &workspace) }
        case .trailers(let stream): told.append(.trailers(stream.id, text))
        case .reset(let stream): told.append(.reset(stream.id))
        case .windowOpened(let stream): told.append(.windowOpened(stream?.id))
        case .peerGoingAway: told.append(.peerGoingAway)
        case .failed: told.append(.failed)
        }
    }

    private mutating func note(_ stream: StreamHandle, _ bytes: [UInt8], _ hasEnded: Bool) {
        if case .data(stream.id, let before, hasEnded: false) = told.last {
            told[told.count - 1] = .data(stream.id, before + bytes, hasEnded: hasEnded)
        } else {
            told.append(.data(stream.id, bytes, hasEnded: hasEnded))
        }
    }

    /// The frames since the last call.
    mutating func takeFrames() -> [SentFrame] {
        var frames: [SentFrame] = []
        var rest = workspace.output[...]
        while rest.count >= 9 {
            let bytes = Array(rest.prefix(9)).map(Int.init)
            let length = bytes[0] << 16 | bytes[1] << 8 | bytes[2]
            let stream = bytes[5...].reduce(0) { $0 << 8 | $1 }
            rest = rest.dropFirst(9)
            frames.append(SentFrame(UInt8(bytes[3]), UInt8(bytes[4]), UInt32(stream), Array(rest.prefix(length))))
            rest = rest.dropFirst(length)
        }
        workspace.output.removeAll()
        return frames
    }

    /// The owner answers a stream.
    mutating func answer(
        _ stream: StreamHandle, status: Int = 200, _ fields: [(String, String)] = [], ends: Bool = true
    ) {
        connection.openHead(stream, status: status, workspace: &workspace)
        add(fields)
        connection.closeHead(stream, hasEnded: ends, workspace: &workspace)
    }

    mutating func add(_ fields: [(String, String)]) {
        for (name, value) in fields {
            let (name, value) = (Array(name.utf8), Array(value.utf8))
            workspace.addField(name: name.span, value: value.span)
        }
    }
}
