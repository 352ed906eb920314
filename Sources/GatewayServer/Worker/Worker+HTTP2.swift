import HTTP1
import HTTP2
import Reactor
import TLSSession

/// HTTP/2 between the codec, which knows frames, and the streams, which are carried like HTTP/1's one.
extension Worker {
    func startHTTP2(_ client: ClientConnection) {
        let side = HTTP2Side(connection: ServerConnection(limits: configuration.http2Limits))
        client.http2 = side
        side.connection.start(into: &workspace)
        if phase > .serving { side.connection.announceGoAway(workspace: &workspace) }
        collect(client, side)
        // Until its first request, a client has the time for that one.
        side.idleUntil = now + headPatience
        setPatience(client, side)
    }

    /// Takes frames, as many as are whole.
    ///
    /// - Returns: How many bytes were used.
    func processFrames(_ client: ClientConnection, _ side: HTTP2Side, _ bytes: Span<UInt8>) -> Int {
        var index = 0
        while client.isOpen {
            let step = side.connection.next(bytes, from: index, now: now, workspace: &workspace)
            index = step.end
            collect(client, side)
            guard let event = step.event else { break }
            handle(event, client, side, bytes)
        }
        let refused = side.connection.refusedCount - side.refusedCount
        if refused > 0 { counters.limitHits.bump(.streams, by: refused) }
        side.refusedCount += refused
        notePartial(client, side, isPartial: index < bytes.count || side.connection.isWithinBlock)
        return index
    }

    /// A frame, or a head in several of them, has as much time as a head in HTTP/1.
    private func notePartial(_ client: ClientConnection, _ side: HTTP2Side, isPartial: Bool) {
        guard isPartial else { return side.partialSince = nil }
        guard side.partialSince == nil, client.isOpen else { return }
        side.partialSince = now
        if client.unsent.isEmpty { setPatience(client, side) }
    }

    /// How long the connection itself may go on as it is.
    func setPatience(_ client: ClientConnection, _ side: HTTP2Side) {
        var deadline = side.connection.openCount == 0 ? side.idleUntil : now + idlePatience
        if let since = side.partialSince { deadline = min(deadline, since + headPatience) }
        timers.set(client, deadline: deadline)
    }

    private func handle(_ event: Event, _ client: ClientConnection, _ side: HTTP2Side, _ bytes: Span<UInt8>) {
        switch event {
        case .head(let handle, let hasEnded, let isTunnel):
            let stream = add(handle, to: client, side)
            stream.asksForTunnel = isTunnel
            stream.inputHasEnded = hasEnded
            if isTunnel {
                workspace.tunnelEntropy = requestIDs.entropy()
                stream.heldTunnelEnds = hasEnded
            }
            beginFrames(stream, hasEnded: hasEnded)
            flushUpward(stream)
        case .oversized(let handle, let hasEnded):
            counters.limitHits.bump(.headBytes)
            refuseHead(handle, client, side, .headTooLarge, hasEnded)
        case .unsupported(let handle): refuseHead(handle, client, side, .unknownProtocol, false)
        case .data(let handle, let range, let hasEnded):
            takeData(handle, side, bytes.extracting(range), hasEnded: hasEnded)
        case .trailers(let handle):
            guard let stream = side.stream(handle) else { return }
            takeTrailers(stream)
        case .reset(let handle):
            if let stream = side.stream(handle) { drop(stream, side) }
        case .windowOpened(let handle): drainPending(side, of: handle)
        case .peerGoingAway:
            side.peerIsGoingAway = true
            closeIfDone(client, side)
        case .failed:
            counters.limitHits.bump(.http2Glitches)
            abandonStreams(side)
            client.phase = .closing
        }
    }

    private func refuseHead(
        _ handle: StreamHandle, _ client: ClientConnection, _ side: HTTP2Side, _ refusal: Refusal, _ hasEnded: Bool
    ) {
        let stream = add(handle, to: client, side)
        stream.inputHasEnded = hasEnded
        stream.exchange.requestStarted()
        refuse(stream, refusal)
    }

    private func add(_ handle: StreamHandle, to client: ClientConnection, _ side: HTTP2Side) -> ClientStream {
        let stream = ClientStream(client: client, handle: handle)
        side.add(stream, at: handle.slot)
        return stream
    }

    private func takeData(_ handle: StreamHandle, _ side: HTTP2Side, _ run: Span<UInt8>, hasEnded: Bool) {
        guard let stream = side.stream(handle) else { return }
        if hasEnded { stream.inputHasEnded = true }
        if stream.isLingering { return lingered(stream, side) }
        stream.uncredited += run.count
        if stream.exchange.isTunnelling {
            forwardTunnel(stream, run)
            if hasEnded { tunnelEndedByClient(stream) }
        } else if stream.exchange.receivesBody {
            stream.periodBytes += run.count
            forwardPayload(stream, run, hasEnded: hasEnded, trailers: [])
            flushUpward(stream)
        } else if stream.asksForTunnel {
            // Nothing is tunnelled before the upstream agrees; the window bounds what is held.
            stream.heldTunnel.append(run)
            if hasEnded { stream.heldTunnelEnds = true }
        }
        giveCredit(stream)
    }

    private func takeTrailers(_ stream: ClientStream) {
        stream.inputHasEnded = true
        if stream.isLingering, let side = stream.client.http2 { return lingered(stream, side) }
        guard stream.exchange.receivesBody else { return }
        let lines = workspace.head
        let trailers = TrailerFields.passable(lines.span, names: names)
        let nothing: [UInt8] = []
        forwardPayload(stream, nothing.span, hasEnded: true, trailers: trailers)
        flushUpward(stream)
    }

    /// Lets the client send as much again as the backend has taken.
    func giveCredit(_ stream: ClientStream) {
        guard let handle = stream.handle, let side = stream.client.http2, stream.uncredited > 0 else { return }
        guard stream.heldRequest.isEmpty, stream.heldTunnel.isEmpty, stream.upstream?.unsent.isEmpty ?? true else {
            return
        }
        side.connection.consumed(handle, stream.uncredited, workspace: &workspace)
        stream.uncredited = 0
        collect(stream.client, side)
    }

    /// Takes over the frames that the codec made; they leave at the end of the turn.
    func collect(_ client: ClientConnection, _ side: HTTP2Side) {
        guard !workspace.output.isEmpty else { return }
        takeFrames(side)
        workspace.output.removeAll(keepingCapacity: true)
        markDirty(client, side)
    }

    private func takeFrames(_ side: HTTP2Side) {
        giveMemory(side)
        let output = workspace.output
        side.output.append(output.span)
    }

    func markDirty(_ client: ClientConnection, _ side: HTTP2Side) {
        guard !side.isDirty else { return }
        side.isDirty = true
        dirty.append(client)
    }

    func flushDirty() {
        guard !dirty.isEmpty else { return }
        // In the order in which they had something to send. What more frames this makes leaves in the next turn.
        let clients = dirty
        dirty.removeAll(keepingCapacity: true)
        for client in clients {
            guard let side = client.http2 else { continue }
            side.isDirty = false
            flushFrames(client, side)
            checkIdle(client, side)
        }
    }

    /// Sends a connection's frames.
    func flushFrames(_ client: ClientConnection, _ side: HTTP2Side) {
        guard !client.isClosed else {
            side.output.removeAll()
            return
        }
        var output = ByteQueue()
        swap(&output, &side.output)
        sendPieces(client, output)
        output.removeAll(keepingCapacity: true)
        if spareQueues.count < Limits.spareQueuesMax { spareQueues.append(output) }
        if case .closing = client.phase, client.unsent.isEmpty { linger(client) }
        guard client.isOpen, client.unsent.isEmpty, side.isCongested else { return }
        resumeUpstreams(side)
    }

    /// Seals frames in pieces that the shared buffer has room for.
    private func sendPieces(_ client: ClientConnection, _ output: borrowing ByteQueue) {
        var rest = output.bytes
        while !rest.isEmpty, !client.isClosed {
            let piece = rest.extracting(first: min(rest.count, Limits.turnBytes))
            seal(client, piece)
            rest = rest.extracting(droppingFirst: piece.count)
        }
    }

    /// Gives a connection that has no frames a queue with memory.
    func giveMemory(_ side: HTTP2Side) {
        guard side.output.isEmpty, let spare = spareQueues.popLast() else { return }
        side.output = spare
    }

    /// Reads on from those upstreams that waited for room on the way down.
    func resumeUpstreams(_ side: HTTP2Side) {
        side.isCongested = false
        for case let stream? in side.streams {
            if let upstream = stream.upstream, upstream.isReadable { resumeLater(upstream) }
        }
    }

    private func checkIdle(_ client: ClientConnection, _ side: HTTP2Side) {
        guard client.isOpen, side.connection.openCount == 0, client.unsent.isEmpty else { return }
        if phase >= .succeeded { side.idleUntil = min(side.idleUntil, now + restPatience) }
        setPatience(client, side)
    }
}
