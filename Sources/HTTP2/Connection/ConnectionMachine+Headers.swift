extension ConnectionMachine {
    mutating func takeHeaders(
        _ frame: FrameHeader, _ content: Span<UInt8>, _ workspace: inout Workspace
    ) throws(Fault) -> Event? {
        var start = 0
        var end = content.count
        if frame.has(FrameFlags.padded) {
            guard end > 0 else { throw .connection(.frameSizeError) }
            start = 1
            end -= Int(content[0])
        }
        var dependsOnItself = false
        if frame.has(FrameFlags.priority) {
            guard content.count >= start + 5 else { throw .connection(.frameSizeError) }
            dependsOnItself = content.bigEndian(at: start) & 0x7fff_ffff == frame.stream
            start += 5
        }
        // Padding that reaches into the block (RFC 9113, section 6.2).
        guard start <= end else { throw .connection(.protocolError) }
        // Only clients open streams here, with odd numbers (RFC 9113, section 5.1.1).
        guard frame.stream & 1 == 1 else { throw .connection(.protocolError) }
        let fragment = content.extracting(start..<end)
        let endsStream = frame.has(FrameFlags.endStream)
        guard !frame.has(FrameFlags.endHeaders) else {
            return try takeBlock(
                fragment, frame.stream, endsStream: endsStream, dependsOnItself: dependsOnItself, &workspace)
        }
        if fragment.isEmpty { try spendGlitch() }
        var bytes: [UInt8] = []
        bytes.append(fragment)
        block = OpenBlock(
            stream: frame.stream, endsStream: endsStream, dependsOnItself: dependsOnItself, bytes: bytes)
        return nil
    }

    mutating func takeContinuation(
        _ frame: FrameHeader, _ content: Span<UInt8>, _ workspace: inout Workspace
    ) throws(Fault) -> Event? {
        guard var open = block else { preconditionFailure("a block goes on that did not begin") }
        block = nil
        open.continuations += 1
        guard open.continuations <= limits.continuations, open.bytes.count + content.count <= limits.blockBytes else {
            throw .connection(.enhanceYourCalm)
        }
        if content.isEmpty { try spendGlitch() }
        open.bytes.append(content)
        guard frame.has(FrameFlags.endHeaders) else {
            block = open
            return nil
        }
        return try takeBlock(
            open.bytes.span, open.stream, endsStream: open.endsStream, dependsOnItself: open.dependsOnItself,
            &workspace)
    }

    /// A whole block: a request, its trailers, or something that is only decoded because the table must keep pace.
    private mutating func takeBlock(
        _ block: Span<UInt8>, _ id: UInt32, endsStream: Bool, dependsOnItself: Bool, _ workspace: inout Workspace
    ) throws(Fault) -> Event? {
        controlFrames.earn(10)
        if let slot = streams.find(id) {
            return try takeTrailers(
                block, slot, endsStream: endsStream, dependsOnItself: dependsOnItself, &workspace)
        }
        guard id > history.highest else {
            try decodeForTable(block, &workspace)
            try checkNumber(id)
            try spendGlitch()
            return nil
        }
        history.open(id)
        guard lastTaken == nil else {
            history.cutOff(id)
            try decodeForTable(block, &workspace)
            return nil
        }
        guard !streams.isFull else {
            try decodeForTable(block, &workspace)
            refusedCount += 1
            throw .stream(id, .refusedStream)
        }
        workspace.section.reset(bytes: limits.headBytes, fields: limits.headFields, cookies: limits.cookieFields)
        try decode(block, &workspace)
        guard !dependsOnItself else { throw .stream(id, .protocolError) }
        return try open(id, endsStream: endsStream, &workspace)
    }

    private mutating func open(
        _ id: UInt32, endsStream: Bool, _ workspace: inout Workspace
    ) throws(Fault) -> Event {
        let form = workspace.writeRequest(hasEnded: endsStream, limits: limits)
        guard form != .malformed else { throw .stream(id, .protocolError) }
        // One is a client with too many cookies; hundreds are a bomb for each of which a whole head was decoded.
        if form == .oversized { try spendGlitch() }
        // RFC 9113, section 6.9.3.
        let window = settingsAreKnown ? limits.streamWindow : max(limits.streamWindow, 65_535)
        var record = StreamRecord(
            requestHasEnded: endsStream, sendWindow: initialSendWindow,
            receiveWindow: FlowWindow(size: limits.streamWindow, available: window))
        if case .request(let isTunnel, let contentLength) = form {
            record.isTunnel = isTunnel
            record.bodyLeft = endsStream ? nil : contentLength
        }
        let handle = streams.add(id, record)
        switch form {
        case .request(let isTunnel, _): return .head(handle, hasEnded: endsStream, isTunnel: isTunnel)
        case .oversized: return .oversized(handle, hasEnded: endsStream)
        case .unsupported: return .unsupported(handle)
        case .malformed: preconditionFailure("a malformed request was opened")
        }
    }

    /// A second block on a stream: what ends a request (RFC 9113, section 8.1).
    private mutating func takeTrailers(
        _ block: Span<UInt8>, _ slot: Int, endsStream: Bool, dependsOnItself: Bool, _ workspace: inout Workspace
    ) throws(Fault) -> Event? {
        let record = streams.records[slot]
        let handle = streams.handle(slot)
        workspace.section.reset(bytes: limits.trailerBytes, fields: limits.headFields, cookies: limits.cookieFields)
        try decode(block, &workspace)
        guard !record.requestHasEnded else { throw .stream(handle.id, .streamClosed) }
        guard endsStream, !dependsOnItself, !record.isTunnel, record.bodyLeft ?? 0 == 0 else {
            throw .stream(handle.id, .protocolError)
        }
        guard !workspace.section.isOversized else { throw .stream(handle.id, .enhanceYourCalm) }
        guard workspace.writeTrailers() else { throw .stream(handle.id, .protocolError) }
        requestEnded(slot)
        return .trailers(handle)
    }

    /// A number that is not new and has no stream.
    private func checkNumber(_ id: UInt32) throws(Fault) {
        switch history.past(id) {
        case .idle, .skipped: throw .connection(.protocolError)
        case .ended: throw .connection(.streamClosed)
        case .cutOff, .forgotten: break
        }
    }

    private mutating func decodeForTable(_ block: Span<UInt8>, _ workspace: inout Workspace) throws(Fault) {
        workspace.section.reset(bytes: 0, fields: 0, cookies: 0)
        try decode(block, &workspace)
    }

    private mutating func decode(_ block: Span<UInt8>, _ workspace: inout Workspace) throws(Fault) {
        do {
            try decoder.decode(block, into: &workspace.section)
        } catch {
            throw .connection(.compressionError)
        }
    }
}
