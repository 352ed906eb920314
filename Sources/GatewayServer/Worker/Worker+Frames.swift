import HTTP1
import HTTP2
import Reactor

/// The way down in HTTP/2: heads, payload as the windows allow, and the end of a stream.
extension Worker {
    /// Puts the head in `responseHead` into HTTP/2's form.
    func sendHead(
        _ stream: ClientStream, _ side: HTTP2Side, _ bytes: Span<UInt8>, status: Int, hasEnded: Bool,
        isOwn: Bool = false
    ) {
        guard let handle = stream.handle else { return }
        side.connection.openHead(handle, status: status, workspace: &workspace)
        // An interim answer says nothing of limits, and one of our own has said it.
        let isLimited = stream.permit != nil && status >= 200 && !isOwn
        for index in responseHead.fields.indices {
            let field = responseHead.fields[index]
            guard ReturnedHead.passes(field, responseHead, bytes, coding: .frames, isLimited: isLimited) else {
                continue
            }
            workspace.addField(name: bytes.extracting(field.nameBytes), value: bytes.extracting(field.value))
        }
        if isLimited { addQuotaFields(stream) }
        side.connection.closeHead(handle, hasEnded: hasEnded, workspace: &workspace)
        collect(stream.client, side)
        if hasEnded { stream.hasSentEnd = true }
    }

    /// Sends payload as DATA frames; what the windows have no room for waits.
    func sendFrames(
        _ stream: ClientStream, _ side: HTTP2Side, _ run: Span<UInt8>, hasEnded: Bool, trailers: [UInt8] = [],
        hasWaited: Bool = false
    ) {
        guard !stream.hasSentEnd, let handle = stream.handle else { return }
        if !stream.pending.isEmpty {
            stream.pending.append(run)
            stream.pendingEnds = hasEnded
            stream.pendingTrailers = trailers
            return
        }
        let taken = emit(handle, side, run, hasEnded: hasEnded && trailers.isEmpty)
        if !side.output.isEmpty { markDirty(stream.client, side) }
        if taken < run.count {
            stream.pending.append(run.extracting(droppingFirst: taken))
            stream.pendingEnds = hasEnded
            stream.pendingTrailers = trailers
            stream.periodTaken = hasWaited ? stream.periodTaken + taken : 0
            if !hasWaited { setPatience(stream, stallPatience) }
        } else if hasEnded {
            sendEnd(stream, side, trailers)
        }
    }

    /// The answer ends, and nothing more comes with that.
    func endFrames(_ stream: ClientStream, _ side: HTTP2Side) {
        let nothing: [UInt8] = []
        sendFrames(stream, side, nothing.span, hasEnded: true)
    }

    /// Writes frames for as much of the payload as the windows allow.
    ///
    /// - Returns: How many bytes that was.
    private func emit(_ handle: StreamHandle, _ side: HTTP2Side, _ run: Span<UInt8>, hasEnded: Bool) -> Int {
        giveMemory(side)
        var taken = 0
        while let frame = side.connection.dataFrame(handle, available: run.count - taken, hasEnded: hasEnded) {
            side.output.append(frame.header.span)
            side.output.append(run.extracting(taken..<taken + frame.count))
            taken += frame.count
            if taken == run.count { break }
        }
        return taken
    }

    /// All payload is on its way: trailers, if there are any, are the end.
    private func sendEnd(_ stream: ClientStream, _ side: HTTP2Side, _ trailers: [UInt8]) {
        stream.hasSentEnd = true
        guard !trailers.isEmpty, let handle = stream.handle else { return }
        side.connection.openTrailers(handle, workspace: &workspace)
        TrailerFields.each(trailers.span, names: names) { name, value in workspace.addField(name: name, value: value) }
        side.connection.closeHead(handle, hasEnded: true, workspace: &workspace)
        collect(stream.client, side)
    }

    /// A window opened: sends what waited for it.
    func drainPending(_ side: HTTP2Side, of handle: StreamHandle?) {
        if let handle {
            if let stream = side.stream(handle) { drainPending(stream, side) }
            return
        }
        for index in side.streams.indices {
            if let stream = side.streams[index] { drainPending(stream, side) }
        }
    }

    private func drainPending(_ stream: ClientStream, _ side: HTTP2Side) {
        if !stream.pending.isEmpty {
            let pending = stream.pending
            let trailers = stream.pendingTrailers
            stream.pending.removeAll()
            sendFrames(
                stream, side, pending.bytes, hasEnded: stream.pendingEnds, trailers: trailers, hasWaited: true)
            guard stream.pending.isEmpty else { return }
            if stream.hasSentEnd, stream.upstream == nil { return finish(stream, side) }
            setPatience(stream, stream.exchange.isTunnelling ? tunnelPatience : answerPatience)
        }
        if let upstream = stream.upstream, upstream.isReadable { resumeLater(upstream) }
    }

    /// The answer is complete, and so is the stream.
    ///
    /// A request that goes on is of no interest any more. Its client is given a moment to see the answer before it is
    /// told to stop: some take the reset, however friendly its code, for a failure while they still send.
    func finish(_ stream: ClientStream, _ side: HTTP2Side) {
        guard stream.inputHasEnded else {
            stream.isLingering = true
            return setPatience(stream, Limits.lingerPatience)
        }
        release(stream, side)
    }

    /// More came of a request that is answered already.
    func lingered(_ stream: ClientStream, _ side: HTTP2Side) {
        if stream.inputHasEnded { release(stream, side) }
    }

    func release(_ stream: ClientStream, _ side: HTTP2Side) {
        guard let handle = stream.handle else { return }
        side.connection.release(handle, workspace: &workspace)
        remove(stream, side)
        collect(stream.client, side)
        ended(stream.client, side)
    }

    /// The stream is of no use any more, to one side or the other.
    func drop(_ stream: ClientStream, _ side: HTTP2Side) {
        abandon(stream)
        if let handle = stream.handle { side.connection.release(handle, workspace: &workspace) }
        collect(stream.client, side)
        remove(stream, side)
        ended(stream.client, side)
    }

    /// One stream less: the connection is idle after the last one.
    private func ended(_ client: ClientConnection, _ side: HTTP2Side) {
        if side.connection.openCount == 0 { side.idleUntil = now + idlePatience }
        closeIfDone(client, side)
    }

    /// Tells the client that its stream came to nothing.
    func reset(_ stream: ClientStream, _ side: HTTP2Side) {
        guard let handle = stream.handle else { return }
        side.connection.reset(handle, .internalError, workspace: &workspace)
        collect(stream.client, side)
        drop(stream, side)
    }

    private func remove(_ stream: ClientStream, _ side: HTTP2Side) {
        guard let handle = stream.handle, side.stream(handle) === stream else { return }
        side.streams[handle.slot] = nil
        timers.cancel(stream)
    }

    func abandonStreams(_ side: HTTP2Side) {
        for index in side.streams.indices {
            guard let stream = side.streams[index] else { continue }
            abandon(stream)
            timers.cancel(stream)
            side.streams[index] = nil
        }
    }

    /// Who said that it goes, and has no stream left, is let go.
    func closeIfDone(_ client: ClientConnection, _ side: HTTP2Side) {
        guard client.isOpen, side.connection.openCount == 0, side.peerIsGoingAway else { return }
        client.phase = .closing
        markDirty(client, side)
    }
}
