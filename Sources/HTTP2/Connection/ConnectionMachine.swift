/// The rules of one server connection.
///
/// A value, so that the class around it opens one access per call and not one per property.
///
///     preface ─24 bytes→ settings ─first SETTINGS→ open ─connection error→ failed
struct ConnectionMachine: Sendable {
    enum Phase: Sendable {
        case preface
        /// The client's first frame must be SETTINGS (RFC 9113, section 3.4).
        case settings
        case open
        /// GOAWAY was written; what still comes is thrown away.
        case failed
    }

    /// A block whose CONTINUATION frames are to come; nothing else may.
    struct OpenBlock: Sendable {
        let stream: UInt32
        let endsStream: Bool
        let dependsOnItself: Bool
        var continuations = 0
        var bytes: [UInt8]
    }

    /// The rest of a DATA frame, or of one that is skipped.
    struct OpenPayload: Sendable {
        /// Whose it is; nil if it is thrown away.
        var stream: StreamHandle?
        var left = 0
        var padding = 0
        var endsStream = false
    }

    let limits: Limits
    var phase = Phase.preface
    var decoder: HPACK.Decoder
    var streams: StreamTable
    var history = StreamHistory()
    var block: OpenBlock?
    var payload = OpenPayload()

    /// What we may send on all streams together.
    var sendWindow = 65_535
    /// What we may send on a new stream.
    var initialSendWindow = 65_535
    var receiveWindow: FlowWindow

    var resets = Budget()
    var glitches = Budget()
    var refusedCount = 0
    var controlFrames = Budget()
    var now: Int64 = 0

    /// Streams above this one are not taken any more; nil while all are.
    var lastTaken: UInt32?
    var hasAnnounced = false
    var peerIsGoing = false
    var hasToldTableSize = false
    /// Whether the client has taken our settings; before, it may go by the protocol's own.
    var settingsAreKnown = false

    init(limits: Limits) {
        self.limits = limits
        decoder = HPACK.Decoder(tableBytes: limits.headerTableBytes)
        streams = StreamTable(limit: limits.streams)
        receiveWindow = FlowWindow(size: limits.connectionWindow, available: 65_535)
    }

    var isGoingAway: Bool { hasAnnounced || peerIsGoing || lastTaken != nil || phase == .failed }

    mutating func start(_ workspace: inout Workspace) {
        workspace.output.appendSettings([
            (.headerTableSize, limits.headerTableBytes),
            (.concurrentStreamsMax, limits.streams),
            (.initialWindowSize, limits.streamWindow),
            (.headerListSizeMax, limits.headBytes),
            (.enableConnectProtocol, 1),
        ])
        let increment = limits.connectionWindow - receiveWindow.available
        guard increment > 0 else { return }
        workspace.output.appendWindowUpdate(0, increment)
        receiveWindow = FlowWindow(size: limits.connectionWindow, available: limits.connectionWindow)
    }

    /// Reads the next thing of note; see ``ServerConnection/next(_:from:now:workspace:)``.
    mutating func next(
        _ bytes: Span<UInt8>, from start: Int, now: Int64, _ workspace: inout Workspace
    ) -> (event: Event?, end: Int) {
        self.now = now
        var index = start
        while phase != .failed {
            do {
                guard let event = try step(bytes, &index, &workspace) else { return (nil, index) }
                if let event = event.event { return (event, index) }
            } catch {
                if let event = answer(error, &workspace) { return (event, index) }
            }
        }
        return (nil, bytes.count)
    }

    /// What a step came to, if it had bytes enough: perhaps nothing of note.
    struct Step {
        let event: Event?
    }

    private mutating func step(
        _ bytes: Span<UInt8>, _ index: inout Int, _ workspace: inout Workspace
    ) throws(Fault) -> Step? {
        if phase == .preface { return try takePreface(bytes, &index) }
        if payload.left > 0 || payload.padding > 0 { return takePayload(bytes, &index) }
        guard bytes.count - index >= FrameHeader.size else { return nil }
        let frame = FrameHeader(bytes, at: index)
        try checkOrder(frame)
        switch frame.kind {
        case .data: return try takeData(frame, bytes, &index, &workspace)
        case .goAway: return try takeGoAway(frame, bytes, &index)
        case nil:
            skip(frame, &index)
            try spendControl()
            return Step(event: nil)
        case .priority where frame.length != 5:
            skip(frame, &index)
            throw .stream(frame.stream, .frameSizeError)
        default: break
        }
        let start = index + FrameHeader.size
        guard bytes.count - start >= frame.length else { return nil }
        index = start + frame.length
        return Step(event: try take(frame, bytes.extracting(start..<index), &workspace))
    }

    private mutating func skip(_ frame: FrameHeader, _ index: inout Int) {
        index += FrameHeader.size
        payload = OpenPayload(stream: nil, left: frame.length)
    }

    /// A frame that is there as a whole.
    private mutating func take(
        _ frame: FrameHeader, _ content: Span<UInt8>, _ workspace: inout Workspace
    ) throws(Fault) -> Event? {
        switch frame.kind {
        case .headers: return try takeHeaders(frame, content, &workspace)
        case .continuation: return try takeContinuation(frame, content, &workspace)
        case .priority: try takePriority(frame, content)
        case .resetStream: return try takeReset(frame, &workspace)
        case .settings: return try takeSettings(frame, content, &workspace)
        case .ping: try takePing(frame, content, &workspace)
        case .windowUpdate: return try takeWindowUpdate(frame, content)
        case .data, .goAway, .pushPromise, nil: preconditionFailure("a frame was taken that is handled before")
        }
        return nil
    }

    /// Whether this frame may come now, as far as its header tells.
    private func checkOrder(_ frame: FrameHeader) throws(Fault) {
        if phase == .settings {
            guard frame.kind == .settings, !frame.has(FrameFlags.acknowledged) else {
                throw .connection(.protocolError)
            }
        }
        if let block {
            guard frame.kind == .continuation, frame.stream == block.stream else { throw .connection(.protocolError) }
        } else if frame.kind == .continuation {
            throw .connection(.protocolError)
        }
        try frame.check()
    }

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    private mutating func takePreface(_ bytes: Span<UInt8>, _ index: inout Int) throws(Fault) -> Step? {
        let count = min(bytes.count - index, Self.preface.count)
        for offset in 0..<count where bytes[index + offset] != Self.preface[offset] {
            throw .connection(.protocolError)
        }
        guard count == Self.preface.count else { return nil }
        index += count
        phase = .settings
        return Step(event: nil)
    }
}
