import Accounts
import Jobs
import ServiceLifecycle
import Synchronization

/// Tells those who listen what happens.
///
/// Publishing never waits for anybody: who reads slowly loses the oldest, and is told so.
final class EventHub: Service {
    private static let heartbeat = Duration.seconds(15)

    private struct State {
        var board: EventBoard
        /// Wakes a listener's stream when there is something for it.
        var bells: [EventBoard.ListenerID: AsyncStream<Void>.Continuation] = [:]
    }

    private let state: Mutex<State>
    private let clock: Clock

    init(clock: @escaping Clock) {
        self.clock = clock
        // No process tells a thousand events a second for long, so none of the one before had this number.
        state = Mutex(State(board: EventBoard(born: Int(clock().milliseconds))))
    }

    func publish(_ event: Event) {
        let now = clock()
        change { $0.publish(event, now: now) }
    }

    /// Changes the board and wakes everybody who has something to take; outside the lock, since a bell may run code.
    private func change(_ edit: (inout EventBoard) -> Void) {
        let bells = state.withLock { state in
            edit(&state.board)
            return state.bells.filter { id, _ in
                state.board.listeners[id].map { !$0.queue.isEmpty || $0.isOver } ?? true
            }.map(\.value)
        }
        for bell in bells { bell.yield() }
    }

    /// Lets somebody listen, until `leave`.
    ///
    /// - Returns: Their stream; nil when there are too many.
    func join(_ caller: Caller, client: String, after: Int?) -> EventStream? {
        let (stream, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let now = clock()
        let id = state.withLock { state -> EventBoard.ListenerID? in
            guard let id = state.board.join(caller, client: client, after: after, now: now) else { return nil }
            state.bells[id] = bell
            return id
        }
        guard let id else { return nil }
        bell.yield()
        return EventStream(hub: self, id: id, bell: stream)
    }

    func leave(_ id: EventBoard.ListenerID) {
        let bell = state.withLock { state in
            state.board.leave(id)
            return state.bells.removeValue(forKey: id)
        }
        bell?.finish()
    }

    func take(_ id: EventBoard.ListenerID) -> (frames: [EventFrame], isLast: Bool)? {
        state.withLock { $0.board.take(id) }
    }

    var listenerCount: Int { state.withLock { $0.board.listeners.count } }

    func beat() {
        let now = clock()
        change { $0.beat(now: now) }
    }

    /// Ends the streams of one person, whose rights are others now.
    func end(user: Int64) { change { $0.end(user: user) } }

    func endAll() { change { $0.endAll() } }

    func run() async throws {
        while !Task.isShuttingDownGracefully {
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.heartbeat) }
            if Task.isCancelled { break }
            beat()
        }
        // The server waits for the answers under way, and these would never end.
        endAll()
    }
}

/// What one listener gets, as it comes.
struct EventStream: Sendable {
    let hub: EventHub
    let id: EventBoard.ListenerID
    let bell: AsyncStream<Void>

    /// Ends it: the listener is gone.
    func close() { hub.leave(id) }

    /// Hands over frames until the stream is over, or handing over fails.
    ///
    /// - Parameter writer: Of the listener.
    /// - Throws: When the listener is gone.
    func forward(to writer: EventWriter) async throws {
        defer { hub.leave(id) }
        for await _ in bell {
            guard let (frames, isLast) = hub.take(id) else { return }
            if !frames.isEmpty { try await writer.write(frames.map(\.text).joined()) }
            if isLast { return }
        }
    }
}
