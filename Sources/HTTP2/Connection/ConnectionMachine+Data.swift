extension ConnectionMachine {
    /// Begins a DATA frame: all of it counts at once, also its padding (RFC 9113, section 6.1).
    mutating func takeData(
        _ frame: FrameHeader, _ bytes: Span<UInt8>, _ index: inout Int, _ workspace: inout Workspace
    ) throws(Fault) -> Step? {
        let isPadded = frame.has(FrameFlags.padded)
        guard !isPadded || frame.length > 0 else { throw .connection(.frameSizeError) }
        let headerSize = FrameHeader.size + (isPadded ? 1 : 0)
        guard bytes.count - index >= headerSize else { return nil }
        let padding = isPadded ? Int(bytes[index + FrameHeader.size]) : 0
        guard padding < frame.length || !isPadded else { throw .connection(.protocolError) }
        index += headerSize
        let count = frame.length - padding - (isPadded ? 1 : 0)
        guard frame.length <= receiveWindow.available else { throw .connection(.flowControlError) }
        receiveWindow.charge(frame.length)
        // Until it is clear that somebody wants it.
        payload = OpenPayload(stream: nil, left: count, padding: padding)
        let handle: StreamHandle
        do {
            guard let open = try admit(frame, count: count) else {
                giveBack(frame.length, &workspace)
                return Step(event: nil)
            }
            handle = open
        } catch {
            giveBack(frame.length, &workspace)
            throw error
        }
        giveBack(frame.length - count, &workspace)
        giveBack(frame.length - count, stream: handle, &workspace)
        payload.endsStream = frame.has(FrameFlags.endStream)
        payload.stream = handle
        guard count == 0 else { return Step(event: nil) }
        guard payload.endsStream else {
            payload.stream = nil
            try spendGlitch()
            return Step(event: nil)
        }
        return Step(event: deliver(index..<index))
    }

    /// - Returns: The stream that takes the frame; nil if it is to be thrown away.
    private mutating func admit(_ frame: FrameHeader, count: Int) throws(Fault) -> StreamHandle? {
        guard let slot = streams.find(frame.stream) else {
            try checkPast(frame.stream)
            if count == 0 { try spendGlitch() }
            return nil
        }
        let record = streams.records[slot]
        guard !record.requestHasEnded else { throw .stream(frame.stream, .streamClosed) }
        guard frame.length <= record.receiveWindow.available else { throw .stream(frame.stream, .flowControlError) }
        if let left = record.bodyLeft {
            let hasEnded = frame.has(FrameFlags.endStream)
            guard count <= left, !hasEnded || count == left else { throw .stream(frame.stream, .protocolError) }
            streams.records[slot].bodyLeft = left - count
        }
        streams.records[slot].receiveWindow.charge(frame.length)
        if count > 0 { controlFrames.earn(10) }
        return streams.handle(slot)
    }

    /// Refuses frames for a stream that the client knows to be gone, or that never was.
    func checkPast(_ stream: UInt32) throws(Fault) {
        switch history.past(stream) {
        case .idle: throw .connection(.protocolError)
        case .skipped, .ended: throw .connection(.streamClosed)
        case .cutOff, .forgotten: break
        }
    }

    /// Goes on within a DATA frame, or skips.
    mutating func takePayload(_ bytes: Span<UInt8>, _ index: inout Int) -> Step? {
        let count = min(payload.left, bytes.count - index)
        if count > 0 {
            payload.left -= count
            index += count
            guard payload.stream != nil else { return Step(event: nil) }
            return Step(event: deliver(index - count..<index))
        }
        guard payload.left == 0 else { return nil }
        let skipped = min(payload.padding, bytes.count - index)
        guard skipped > 0 else { return nil }
        payload.padding -= skipped
        index += skipped
        return Step(event: nil)
    }

    /// Hands payload to the owner, and with its last byte the end.
    private mutating func deliver(_ range: Range<Int>) -> Event? {
        guard let handle = payload.stream else { return nil }
        streams.records[handle.slot].held += range.count
        let hasEnded = payload.left == 0 && payload.endsStream
        if payload.left == 0 { payload.stream = nil }
        if hasEnded { requestEnded(handle.slot) }
        return .data(handle, payload: range, hasEnded: hasEnded)
    }

    mutating func requestEnded(_ slot: Int) {
        streams.records[slot].requestHasEnded = true
        if streams.records[slot].answerHasEnded { streams.records[slot].isAlive = false }
    }

    // MARK: Credit

    /// See ``ServerConnection/consumed(_:_:workspace:)``.
    mutating func consumed(_ stream: StreamHandle, _ count: Int, _ workspace: inout Workspace) {
        guard streams.isHeld(stream) else { return }
        // What was held when the stream died was given back then.
        let given = min(count, streams.records[stream.slot].held)
        streams.records[stream.slot].held -= given
        giveBack(given, &workspace)
        giveBack(given, stream: stream, &workspace)
    }

    mutating func giveBack(_ count: Int, _ workspace: inout Workspace) {
        guard count > 0, phase != .failed, let increment = receiveWindow.giveBack(count) else { return }
        workspace.output.appendWindowUpdate(0, increment)
    }

    private mutating func giveBack(_ count: Int, stream: StreamHandle, _ workspace: inout Workspace) {
        guard count > 0, phase != .failed, streams.isAlive(stream), !streams.records[stream.slot].requestHasEnded,
            let increment = streams.records[stream.slot].receiveWindow.giveBack(count)
        else { return }
        workspace.output.appendWindowUpdate(stream.id, increment)
    }
}
