extension ConnectionMachine {
    mutating func openFields(_ workspace: inout Workspace) {
        workspace.openFields(withoutTable: !hasToldTableSize)
    }

    mutating func closeFields(_ stream: StreamHandle, hasEnded: Bool, _ workspace: inout Workspace) {
        guard mayAnswer(stream) else { return workspace.dropFields() }
        hasToldTableSize = true
        workspace.closeFields(stream: stream.id, hasEnded: hasEnded)
        if hasEnded { answerEnded(stream.slot) }
    }

    private func mayAnswer(_ stream: StreamHandle) -> Bool {
        phase != .failed && streams.isAlive(stream) && !streams.records[stream.slot].answerHasEnded
    }

    func sendable(_ stream: StreamHandle) -> Int {
        guard mayAnswer(stream) else { return 0 }
        return max(0, min(sendWindow, streams.records[stream.slot].sendWindow))
    }

    mutating func dataFrame(_ stream: StreamHandle, available: Int, hasEnded: Bool) -> DataFrame? {
        guard mayAnswer(stream) else { return nil }
        let count = min(available, sendable(stream), FrameHeader.payloadMax)
        guard count > 0 || (available == 0 && hasEnded) else { return nil }
        sendWindow -= count
        streams.records[stream.slot].sendWindow -= count
        if count > 0 { controlFrames.earn(10) }
        let isLast = hasEnded && count == available
        if isLast { answerEnded(stream.slot) }
        let header = FrameHeader.bytes(
            .data, flags: isLast ? FrameFlags.endStream : 0, stream: stream.id, length: count)
        return DataFrame(count: count, header: header, hasEnded: isLast)
    }

    private mutating func answerEnded(_ slot: Int) {
        streams.records[slot].answerHasEnded = true
        if streams.records[slot].requestHasEnded { streams.records[slot].isAlive = false }
    }
}
