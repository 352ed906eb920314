import HTTP2
import Testing

/// Which frames a stream takes in which state (RFC 9113, section 5.1).
@Suite struct StreamStateTests {
    enum State: CaseIterable, Sendable {
        case idle, open, requestEnded, answerEnded, closed, closedReleased, resetByClient, resetByUs, releasedEarly,
            refused
        case skipped
    }

    enum Sent: CaseIterable, Sendable {
        case data, emptyEnd, trailers, reset, windowUpdate, priority
    }

    enum Outcome: Equatable, Sendable {
        case taken
        case ignored
        case stream(ErrorCode)
        case connection(ErrorCode)
    }

    /// Rows in the order of `Sent`.
    static let table: [(State, [Outcome])] = [
        (
            .idle,
            [
                .connection(.protocolError), .connection(.protocolError), .stream(.protocolError),
                .connection(.protocolError), .connection(.protocolError), .ignored,
            ]
        ),
        (.open, [.taken, .taken, .taken, .taken, .taken, .ignored]),
        (
            .requestEnded,
            [.stream(.streamClosed), .stream(.streamClosed), .stream(.streamClosed), .taken, .taken, .ignored]
        ),
        (.answerEnded, [.taken, .taken, .taken, .taken, .ignored, .ignored]),
        (
            .closed,
            [
                .connection(.streamClosed), .connection(.streamClosed), .connection(.streamClosed), .ignored, .ignored,
                .ignored,
            ]
        ),
        (
            .closedReleased,
            [
                .connection(.streamClosed), .connection(.streamClosed), .connection(.streamClosed), .ignored, .ignored,
                .ignored,
            ]
        ),
        (
            .resetByClient,
            [
                .connection(.streamClosed), .connection(.streamClosed), .connection(.streamClosed), .ignored, .ignored,
                .ignored,
            ]
        ),
        (.resetByUs, [.ignored, .ignored, .ignored, .ignored, .ignored, .ignored]),
        (.releasedEarly, [.ignored, .ignored, .ignored, .ignored, .ignored, .ignored]),
        (.refused, [.ignored, .ignored, .ignored, .ignored, .ignored, .ignored]),
        (
            .skipped,
            [
                .connection(.streamClosed), .connection(.streamClosed), .connection(.protocolError), .ignored, .ignored,
                .ignored,
            ]
        ),
    ]

    private func client(in state: State) throws -> Client {
        var client = Client.ready()
        guard state != .idle else { return client }
        if state == .skipped {
            client.send(ClientFrame.headers(3, Block.get()))
            return client
        }
        if state == .refused { client.connection.goAway(.noError, workspace: &client.workspace) }
        let ends = [.requestEnded, .closed, .closedReleased].contains(state)
        // All of the window is used, so that an update is of note.
        client.send(ClientFrame.settings([(4, 0)]) + ClientFrame.headers(1, Block.post(), ends: ends))
        guard state != .refused else { return client }
        let stream = try #require(client.handles[1])
        if [.answerEnded, .closed, .closedReleased].contains(state) { client.answer(stream) }
        switch state {
        case .resetByClient: client.send(ClientFrame.reset(1))
        case .resetByUs: client.connection.reset(stream, .internalError, workspace: &client.workspace)
        case .closedReleased, .releasedEarly: client.connection.release(stream, workspace: &client.workspace)
        default: break
        }
        return client
    }

    private func bytes(_ sent: Sent) -> [UInt8] {
        switch sent {
        case .data: ClientFrame.data(1, [1])
        case .emptyEnd: ClientFrame.data(1, [], ends: true)
        case .trailers: ClientFrame.headers(1, Block.of([("x", "y")]))
        case .reset: ClientFrame.reset(1)
        case .windowUpdate: ClientFrame.windowUpdate(1, 1)
        case .priority: ClientFrame.priority(1, on: 0)
        }
    }

    private func outcome(_ client: inout Client, _ toldBefore: Int) -> Outcome {
        let code = { (frame: SentFrame) in ErrorCode(rawValue: UInt32(frame.payload.last ?? 0)) ?? .noError }
        let frames = client.takeFrames()
        if let goAway = frames.first(where: { $0.kind == 7 }) { return .connection(code(goAway)) }
        if let reset = frames.first(where: { $0.kind == 3 }) { return .stream(code(reset)) }
        return client.told.count > toldBefore ? .taken : .ignored
    }

    @Test(arguments: table, [false, true])
    func `each state takes its frames and no others`(row: (State, [Outcome]), isLast: Bool) throws {
        let (state, outcomes) = row
        for (sent, expected) in zip(Sent.allCases, outcomes) {
            var client = try client(in: state)
            // To another stream's number nothing of this is different; but an idle one would be passed over.
            if !isLast, state != .idle { client.send(ClientFrame.headers(5, Block.post(), ends: false)) }
            _ = client.takeFrames()
            let before = client.told.count
            client.send(bytes(sent))
            #expect(outcome(&client, before) == expected, "\(sent)")
            guard case .connection = expected else {
                // The connection is as good as before.
                client.send(ClientFrame.ping)
                #expect(client.takeFrames().map(\.kind) == [6], "\(sent)")
                continue
            }
        }
    }

    @Test func `who sends late for a stream of long ago is not blamed`() throws {
        var client = Client.ready()
        client.send(ClientFrame.headers(1, Block.post(), ends: false))
        let first = try #require(client.handles[1])
        client.connection.reset(first, .cancel, workspace: &client.workspace)
        client.connection.release(first, workspace: &client.workspace)
        for number in 1...200 as ClosedRange<UInt32> {
            client.send(ClientFrame.headers(number * 2 + 1, Block.get()))
            let stream = try #require(client.handles[number * 2 + 1])
            client.connection.release(stream, workspace: &client.workspace)
        }
        _ = client.takeFrames()
        client.send(ClientFrame.data(1, [1]) + ClientFrame.headers(1, Block.of([("x", "y")])) + ClientFrame.ping)
        #expect(client.takeFrames().map(\.kind) == [6])
    }
}
