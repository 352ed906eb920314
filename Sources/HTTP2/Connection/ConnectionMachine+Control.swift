extension ConnectionMachine {
    mutating func takeSettings(
        _ frame: FrameHeader, _ content: Span<UInt8>, _ workspace: inout Workspace
    ) throws(Fault) -> Event? {
        try spendControl()
        guard !frame.has(FrameFlags.acknowledged) else {
            settingsAreKnown = true
            return nil
        }
        phase = .open
        let before = initialSendWindow
        // In their order: a later value overrules an earlier one (RFC 9113, section 6.5.3).
        for start in stride(from: 0, to: content.count, by: 6) {
            let id = UInt16(content[start]) << 8 | UInt16(content[start + 1])
            guard let setting = Setting(rawValue: id) else { continue }
            let value = content.bigEndian(at: start + 2)
            try setting.check(value)
            if setting == .initialWindowSize { try resizeWindows(Int(value)) }
        }
        workspace.output.appendFrameHeader(.settings, flags: FrameFlags.acknowledged, stream: 0, length: 0)
        return initialSendWindow > before && streams.count > 0 ? .windowOpened(nil) : nil
    }

    /// Changes what we may send on every stream (RFC 9113, section 6.9.2).
    private mutating func resizeWindows(_ size: Int) throws(Fault) {
        let difference = size - initialSendWindow
        initialSendWindow = size
        for slot in streams.slots {
            streams.records[slot].sendWindow += difference
            guard streams.records[slot].sendWindow <= FlowWindow.largest || !streams.isUsed(slot) else {
                throw .connection(.flowControlError)
            }
        }
    }

    mutating func takePing(
        _ frame: FrameHeader, _ content: Span<UInt8>, _ workspace: inout Workspace
    ) throws(Fault) {
        try spendControl()
        guard !frame.has(FrameFlags.acknowledged) else { return }
        workspace.output.appendFrameHeader(.ping, flags: FrameFlags.acknowledged, stream: 0, length: content.count)
        workspace.output.append(content)
    }

    /// Priorities are checked and then ignored (RFC 9113, section 5.3.2).
    mutating func takePriority(_ frame: FrameHeader, _ content: Span<UInt8>) throws(Fault) {
        try spendControl()
        guard content.bigEndian(at: 0) & 0x7fff_ffff != frame.stream else {
            throw .stream(frame.stream, .protocolError)
        }
    }

    mutating func takeReset(_ frame: FrameHeader, _ workspace: inout Workspace) throws(Fault) -> Event? {
        guard let slot = streams.find(frame.stream) else {
            guard history.past(frame.stream) != .idle else { throw .connection(.protocolError) }
            try spendGlitch()
            return nil
        }
        try spendReset()
        let handle = streams.handle(slot)
        lose(handle, &workspace)
        return .reset(handle)
    }

    mutating func takeWindowUpdate(_ frame: FrameHeader, _ content: Span<UInt8>) throws(Fault) -> Event? {
        try spendControl()
        let increment = Int(content.bigEndian(at: 0) & 0x7fff_ffff)
        guard frame.stream != 0 else {
            guard increment > 0 else { throw .connection(.protocolError) }
            guard sendWindow + increment <= FlowWindow.largest else { throw .connection(.flowControlError) }
            sendWindow += increment
            let wasShort = sendWindow - increment < FrameHeader.payloadMax
            return wasShort && streams.count > 0 ? .windowOpened(nil) : nil
        }
        guard let slot = streams.find(frame.stream) else {
            guard history.past(frame.stream) != .idle else { throw .connection(.protocolError) }
            return nil
        }
        guard increment > 0 else { throw .stream(frame.stream, .protocolError) }
        let before = streams.records[slot].sendWindow
        guard before + increment <= FlowWindow.largest else { throw .stream(frame.stream, .flowControlError) }
        streams.records[slot].sendWindow += increment
        let isOfNote = before < FrameHeader.payloadMax && before + increment > 0
        return isOfNote && !streams.records[slot].answerHasEnded ? .windowOpened(streams.handle(slot)) : nil
    }

    /// The client's farewell; its explanation is skipped.
    mutating func takeGoAway(_ frame: FrameHeader, _ bytes: Span<UInt8>, _ index: inout Int) throws(Fault) -> Step? {
        guard bytes.count - index >= FrameHeader.size + 8 else { return nil }
        index += FrameHeader.size + 8
        payload = OpenPayload(stream: nil, left: frame.length - 8)
        try spendControl()
        guard !peerIsGoing else { return Step(event: nil) }
        peerIsGoing = true
        return Step(event: .peerGoingAway)
    }

    // MARK: Budgets

    mutating func spendControl() throws(Fault) {
        try require(controlFrames.spend(limits.controlFrames, now: now, period: limits.periodMilliseconds))
    }

    mutating func spendGlitch() throws(Fault) {
        try require(glitches.spend(limits.glitches, now: now, period: limits.periodMilliseconds))
    }

    mutating func spendReset() throws(Fault) {
        try require(resets.spend(limits.resets, now: now, period: limits.periodMilliseconds))
    }

    private func require(_ isWithinBudget: Bool) throws(Fault) {
        guard isWithinBudget else { throw .connection(.enhanceYourCalm) }
    }
}
