extension ConnectionMachine {
    /// Tells the client of its fault.
    ///
    /// - Returns: What the owner must know of it.
    mutating func answer(_ fault: Fault, _ workspace: inout Workspace) -> Event? {
        switch fault {
        case .connection(let code): return fail(code, &workspace)
        case .stream(let id, let code):
            // A stream that is not there cannot be reset (RFC 9113, section 6.4).
            let slot = streams.find(id)
            guard slot != nil || history.past(id) != .idle else { return fail(code, &workspace) }
            do { try spendReset() } catch { return answer(error, &workspace) }
            workspace.output.appendReset(id, code)
            history.cutOff(id)
            guard let slot else { return nil }
            let handle = streams.handle(slot)
            lose(handle, &workspace)
            return .reset(handle)
        }
    }

    private mutating func fail(_ code: ErrorCode, _ workspace: inout Workspace) -> Event {
        workspace.output.appendGoAway(lastStream: lastTaken ?? history.highest, code)
        phase = .failed
        block = nil
        return .failed
    }

    /// A stream is dead: what it held counts no more, and what is on its way to it is thrown away.
    mutating func lose(_ stream: StreamHandle, _ workspace: inout Workspace) {
        var rest = streams.records[stream.slot].held
        streams.records[stream.slot].held = 0
        streams.records[stream.slot].isAlive = false
        if payload.stream == stream {
            rest += payload.left
            payload.stream = nil
        }
        giveBack(rest, &workspace)
    }

    /// See ``ServerConnection/reset(_:_:workspace:)``.
    mutating func reset(_ stream: StreamHandle, _ code: ErrorCode, _ workspace: inout Workspace) {
        guard phase != .failed, streams.isAlive(stream) else { return }
        workspace.output.appendReset(stream.id, code)
        history.cutOff(stream.id)
        lose(stream, &workspace)
    }

    /// See ``ServerConnection/release(_:workspace:)``.
    mutating func release(_ stream: StreamHandle, _ workspace: inout Workspace) {
        guard streams.isHeld(stream) else { return }
        let isAnswered = streams.records[stream.slot].answerHasEnded
        reset(stream, isAnswered ? .noError : .cancel, &workspace)
        // A complete exchange may leave payload that nobody wanted.
        lose(stream, &workspace)
        streams.remove(stream.slot)
    }

    mutating func announceGoAway(_ workspace: inout Workspace) {
        guard phase != .failed, !hasAnnounced, lastTaken == nil else { return }
        hasAnnounced = true
        workspace.output.appendGoAway(lastStream: 0x7fff_ffff, .noError)
    }

    mutating func goAway(_ code: ErrorCode, _ workspace: inout Workspace) {
        guard phase != .failed, lastTaken == nil else { return }
        lastTaken = history.highest
        workspace.output.appendGoAway(lastStream: history.highest, code)
    }
}
