internal import FoundationEssentials
internal import Synchronization

/// A call of the platform's API that a test can disturb.
public enum ReplicateCall: Sendable {
    case createPrediction, listPredictions, getPrediction, cancelPrediction, account, versions, webhookSecret
}

/// What goes wrong with the next such call.
public enum ReplicateFault: Sendable {
    /// Refused with this status, nothing done.
    case status(Int)
    /// Answered late.
    case delay(Duration)
    /// Done, but the connection is closed before a byte of the answer.
    case lostAnswer
}

/// What the platform remembers, and what it was told to do wrong.
final class ReplicateLedger: Sendable {
    private struct State {
        var predictions: [Prediction] = []
        var calls: [ReplicateCall] = []
        var faults: [(call: ReplicateCall, fault: ReplicateFault)] = []
    }

    private let state = Mutex(State())

    var predictions: [Prediction] { state.withLock { $0.predictions } }
    var calls: [ReplicateCall] { state.withLock { $0.calls } }

    func plan(_ fault: ReplicateFault, for call: ReplicateCall) {
        state.withLock { $0.faults.append((call, fault)) }
    }

    /// Counts a call and takes the first fault that waits for one of its kind.
    func arrived(_ call: ReplicateCall) -> ReplicateFault? {
        state.withLock { state in
            state.calls.append(call)
            guard let index = state.faults.firstIndex(where: { $0.call == call }) else { return nil }
            return state.faults.remove(at: index).fault
        }
    }

    func add(_ prediction: Prediction) {
        state.withLock { $0.predictions.append(prediction) }
    }

    func prediction(_ id: String) -> Prediction? {
        state.withLock { state in state.predictions.first { $0.id == id } }
    }

    /// Moves a prediction on, unless it has ended.
    func advance(_ id: String, to status: Prediction.Status) -> Prediction? {
        state.withLock { state in
            guard let index = state.predictions.firstIndex(where: { $0.id == id }) else { return nil }
            state.predictions[index].advance(to: status, at: Date())
            return state.predictions[index]
        }
    }
}
