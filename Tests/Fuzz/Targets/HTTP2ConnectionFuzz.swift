import HTTP1
import HTTP2

/// A connection means the same however its bytes arrive, says only frames, and never more than it may.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + input(start, count)
    let whole = Owner(bytes, cutAt: [])
    for cut in cuts(of: bytes) {
        let parts = Owner(bytes, cutAt: [cut])
        require(parts.story == whole.story, "another story when cut at \(cut)")
        require(parts.bodies == whole.bodies, "other bodies when cut at \(cut)")
    }
    return 0
}

/// Kept and used again, as a worker does.
nonisolated(unsafe) private var workspace = Workspace()
nonisolated(unsafe) private var head = RequestHead()
nonisolated(unsafe) private var section = HPACK.FieldSection()

/// An owner that answers by the number of the stream: at once, late, with a reset or not at all.
private struct Owner {
    private let connection: ServerConnection
    private let streamsMax: Int
    private var answers: [(stream: StreamHandle, bytesLeft: Int)] = []
    private var sent: [UInt8] = []
    private var hasFailed = false
    /// All that happened but for payload and windows, whose parts depend on the cuts.
    private(set) var story: [UInt8] = []
    private(set) var bodies: [UInt32: [UInt8]] = [:]

    init(_ bytes: [UInt8], cutAt cuts: [Int]) {
        var limits = Limits()
        limits.streams = 4
        limits.headBytes = 512
        limits.headFields = 8
        limits.cookieFields = 4
        limits.resets = 6
        limits.glitches = 6
        limits.controlFrames = 20
        streamsMax = limits.streams
        connection = ServerConnection(limits: limits)
        workspace.output.removeAll(keepingCapacity: true)
        connection.start(into: &workspace)
        var kept: [UInt8] = []
        let bounds = [0] + cuts + [bytes.count]
        for (lower, upper) in zip(bounds, bounds.dropFirst()) where !hasFailed {
            kept += bytes[lower..<upper]
            kept.removeFirst(take(kept))
            require(hasFailed || kept.count < 16384 + 9, "more than a frame is kept")
        }
        drain()
        requireFrames(sent, endsWithGoAway: hasFailed)
    }

    private mutating func take(_ bytes: [UInt8]) -> Int {
        var index = 0
        while true {
            let (event, end) = connection.next(bytes.span, from: index, now: 0, workspace: &workspace)
            require((index...bytes.count).contains(end), "a step leaves the bytes")
            index = end
            guard let event else { return index }
            handle(event, bytes)
            drain()
            require(connection.openCount <= streamsMax, "more streams than allowed")
            if hasFailed { return index }
        }
    }

    private mutating func handle(_ event: Event, _ bytes: [UInt8]) {
        switch event {
        case .head(let stream, let hasEnded, let isTunnel):
            tell(1, stream, [hasEnded ? 1 : 0, isTunnel ? 1 : 0] + workspace.head)
            checkHead(hasEnded: hasEnded, isTunnel: isTunnel)
            answer(stream)
        case .oversized(let stream, _):
            tell(2, stream, [])
            finish(stream, status: 431)
        case .unsupported(let stream):
            tell(3, stream, [])
            finish(stream, status: 501)
        case .data(let stream, let payload, let hasEnded):
            bodies[stream.id, default: []] += bytes[payload]
            if hasEnded { tell(4, stream, []) }
            if stream.id % 3 != 0 { connection.consumed(stream, payload.count, workspace: &workspace) }
        case .trailers(let stream):
            tell(5, stream, workspace.head)
            checkTrailers()
        case .reset(let stream):
            tell(6, stream, [])
            answers.removeAll { $0.stream == stream }
            connection.release(stream, workspace: &workspace)
        case .windowOpened: pump()
        case .peerGoingAway: story.append(7)
        case .failed:
            story.append(8)
            hasFailed = true
        }
    }

    private mutating func tell(_ kind: UInt8, _ stream: StreamHandle, _ details: [UInt8]) {
        require(stream.slot < streamsMax, "a slot beyond the table")
        story += [kind, UInt8(truncatingIfNeeded: stream.id), UInt8(truncatingIfNeeded: stream.id >> 8)] + details
    }

    /// What was made of a head is one whole request for the next parser, or none; never the beginning of another.
    private func checkHead(hasEnded: Bool, isTunnel: Bool) {
        guard let length = try? head.parse(workspace.head.span) else { return }
        require(length == workspace.head.count, "a head is not one head")
        guard !isTunnel else { return require(head.asksForWebSocket, "a tunnel that is no WebSocket") }
        switch head.framing {
        case .none: require(hasEnded, "a body without framing")
        case .length(let length): require(!hasEnded || length == 0, "a length without a body")
        case .chunked: require(!hasEnded, "chunks without a body")
        case .untilClose: fatalError("a request that ends with its connection")
        }
    }

    private func checkTrailers() {
        for line in workspace.head.split(separator: 0x0a) {
            require(line.last == 0x0d, "a trailer without CRLF")
            requireSafe(Array(line.dropLast()))
        }
    }

    private mutating func answer(_ stream: StreamHandle) {
        switch stream.id / 2 % 4 {
        case 0: finish(stream, status: 200)
        case 1:
            connection.openHead(stream, status: 103, workspace: &workspace)
            connection.closeHead(stream, hasEnded: false, workspace: &workspace)
            connection.openHead(stream, status: 200, workspace: &workspace)
            workspace.addField(name: Array("X-Answer".utf8).span, value: Array("1".utf8).span)
            connection.closeHead(stream, hasEnded: false, workspace: &workspace)
            answers.append((stream, 40_000))
            pump()
        case 2:
            connection.reset(stream, .cancel, workspace: &workspace)
            connection.release(stream, workspace: &workspace)
        default: break
        }
    }

    private mutating func finish(_ stream: StreamHandle, status: Int) {
        connection.openHead(stream, status: status, workspace: &workspace)
        connection.closeHead(stream, hasEnded: true, workspace: &workspace)
        connection.release(stream, workspace: &workspace)
    }

    private mutating func pump() {
        for index in answers.indices.reversed() {
            drain()
            let (stream, _) = answers[index]
            while let frame = connection.dataFrame(stream, available: answers[index].bytesLeft, hasEnded: true) {
                require(frame.count <= answers[index].bytesLeft, "more payload than there is")
                for position in frame.header.indices { sent.append(frame.header[position]) }
                sent += repeatElement(0x61, count: frame.count)
                answers[index].bytesLeft -= frame.count
                if frame.hasEnded { break }
            }
            guard answers[index].bytesLeft == 0 else { continue }
            answers.remove(at: index)
            connection.release(stream, workspace: &workspace)
        }
    }

    private mutating func drain() {
        sent += workspace.output
        workspace.output.removeAll(keepingCapacity: true)
    }
}

private func requireFrames(_ bytes: [UInt8], endsWithGoAway: Bool) {
    var index = 0
    var last: UInt8?
    var block: [UInt8]?
    var fields: [UInt8] = []
    var decoder = HPACK.Decoder(tableBytes: 4096)
    while index < bytes.count {
        require(bytes.count - index >= 9, "half a frame is sent")
        let length = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
        let (type, flags) = (bytes[index + 3], bytes[index + 4])
        let stream = Array(bytes[index + 5..<index + 9])
        require(length <= 16384 && bytes.count - index >= 9 + length, "a frame is too long")
        require(type <= 9, "a frame of unknown type is sent")
        if let block { require(type == 9 && stream == block, "a block is interrupted") }
        if type == 9 { require(block != nil, "CONTINUATION without HEADERS") }
        if type == 1 || type == 9 {
            fields += bytes[index + 9..<index + 9 + length]
            block = flags & 4 != 0 ? nil : stream
            if block == nil { requireAnswer(&fields, &decoder) }
        }
        last = type
        index += 9 + length
    }
    require(block == nil, "a block is not finished")
    require(!endsWithGoAway || last == 7, "a connection fails without GOAWAY")
}

/// What we say is decoded by what decodes the client's blocks: a status, then fields.
private func requireAnswer(_ block: inout [UInt8], _ decoder: inout HPACK.Decoder) {
    section.reset(bytes: 4096, fields: 10, cookies: 0)
    do {
        try decoder.decode(block.span, into: &section)
    } catch {
        fatalError("an answer cannot be decoded: \(error)")
    }
    require(section.count > 0 && section.name(0) == Array(":status".utf8), "an answer without a status")
    require(decoder.tableSize == 0, "an answer leaves something in the client's table")
    block = []
}
