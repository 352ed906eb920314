/// The server's side of one HTTP/2 connection (RFC 9113), as a machine of bytes and events.
public final class ServerConnection {
    private var machine: ConnectionMachine

    public init(limits: Limits = Limits()) {
        machine = ConnectionMachine(limits: limits)
    }

    /// Streams that are not released.
    public var openCount: Int { machine.streams.count }
    /// Streams that were refused because as many as may be were open.
    public var refusedCount: Int { machine.refusedCount }
    /// Whether the connection is to end with its present streams: we said so, the client did, or it is dead.
    public var isGoingAway: Bool { machine.isGoingAway }

    /// Whether a head or trailers have begun whose CONTINUATION frames are to come.
    public var isWithinBlock: Bool { machine.block != nil }

    /// Says first what the server wants (RFC 9113, section 3.4).
    public func start(into workspace: inout Workspace) {
        machine.start(&workspace)
    }

    /// Reads the next thing of note.
    ///
    /// - Parameters:
    ///   - bytes: What came and is not used up.
    ///   - start: Where in `bytes` to begin.
    ///   - now: The time in milliseconds, of any clock that does not go back.
    ///   - workspace: Takes what is to be sent, and the head.
    /// - Returns: The event, and the position behind what is used up. Without an event more bytes are needed, and the
    ///   owner keeps what is behind `end`: less than one frame.
    public func next(
        _ bytes: Span<UInt8>, from start: Int, now: Int64, workspace: inout Workspace
    ) -> (event: Event?, end: Int) {
        machine.next(bytes, from: start, now: now, &workspace)
    }

    /// Payload went on, so the client may send as much again.
    public func consumed(_ stream: StreamHandle, _ count: Int, workspace: inout Workspace) {
        machine.consumed(stream, count, &workspace)
    }

    /// Begins the head of an answer, interim or final; fields follow, then ``closeHead(_:hasEnded:workspace:)``.
    public func openHead(_ stream: StreamHandle, status: Int, workspace: inout Workspace) {
        machine.openFields(&workspace)
        workspace.addStatus(status)
    }

    /// Begins the trailers of an answer; fields follow, then ``closeHead(_:hasEnded:workspace:)``.
    public func openTrailers(_ stream: StreamHandle, workspace: inout Workspace) {
        machine.openFields(&workspace)
    }

    public func closeHead(_ stream: StreamHandle, hasEnded: Bool, workspace: inout Workspace) {
        machine.closeFields(stream, hasEnded: hasEnded, &workspace)
    }

    /// Bytes of payload that may be sent on the stream now.
    public func sendable(_ stream: StreamHandle) -> Int { machine.sendable(stream) }

    /// Frames the next part of an answer's body, and charges the windows.
    ///
    /// - Parameters:
    ///   - stream: The stream that is answered.
    ///   - available: Bytes of payload at hand.
    ///   - hasEnded: Whether the body ends behind them.
    /// - Returns: The frame; nil when nothing can be sent now.
    public func dataFrame(_ stream: StreamHandle, available: Int, hasEnded: Bool) -> DataFrame? {
        machine.dataFrame(stream, available: available, hasEnded: hasEnded)
    }

    /// Ends a stream at once, both ways.
    public func reset(_ stream: StreamHandle, _ code: ErrorCode, workspace: inout Workspace) {
        machine.reset(stream, code, &workspace)
    }

    /// Frees the stream's slot: the work for it has ended.
    ///
    /// What is not finished is reset: quietly if the answer is complete, as cancelled otherwise.
    public func release(_ stream: StreamHandle, workspace: inout Workspace) {
        machine.release(stream, &workspace)
    }

    /// Asks the client to open no more streams; those on their way are still taken (RFC 9113, section 6.8).
    public func announceGoAway(workspace: inout Workspace) {
        machine.announceGoAway(&workspace)
    }

    /// Takes no more streams.
    public func goAway(_ code: ErrorCode, workspace: inout Workspace) {
        machine.goAway(code, &workspace)
    }
}
