import Synchronization

/// Wakes the queue's runner before its pause is over.
///
/// One rung while the runner is at work is heard when it would pause; several are heard as one.
final class QueueBell: Sendable {
    private struct State {
        var isRung = false
        var sleeper: AsyncStream<Void>.Continuation?
    }

    private let state = Mutex(State())

    func ring() {
        let sleeper = state.withLock { state in
            state.isRung = true
            return state.sleeper
        }
        sleeper?.finish()
    }

    /// Waits until somebody rings, or has since the last time; for one runner.
    ///
    /// - Parameter patience: How long at most; a cancelled task waits no longer.
    func wait(atMost patience: Duration) async {
        let (stream, sleeper) = AsyncStream.makeStream(of: Void.self)
        let isRung = state.withLock { state in
            if !state.isRung { state.sleeper = sleeper }
            return state.isRung
        }
        if !isRung {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    try? await Task.sleep(for: patience)
                    sleeper.finish()
                }
                for await _ in stream {}
                group.cancelAll()
            }
        }
        state.withLock { $0 = State() }
    }
}
