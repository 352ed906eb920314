import Providers
import Synchronization

/// A provider in trouble: fails in one way after the other, and remembers what was asked of it.
final class ProviderOutage: Sendable {
    enum Fault: CaseIterable, Sendable {
        /// Nothing arrives.
        case isAway
        /// Everything arrives and has its effect, and no answer comes back.
        case losesAnswers
        /// Nothing arrives, and nobody can tell.
        case losesRequests
        /// 500, of every second request after it had its effect.
        case breaks
        /// 429, with the time after which to come back.
        case limits
        /// Everything has its effect, and the answers are no JSON.
        case talksNonsense
        /// The answer's body does not end, of every second request after it had its effect.
        case stalls
    }

    /// One request that left.
    struct Attempt: Sendable {
        let began: Duration
        let ended: Duration
        /// Whether it made a prediction, or would have.
        let isOrder: Bool
        let fault: Fault?
        /// Whether a circuit breaker counts it: no answer, 429 or a fault of the server.
        let isFailure: Bool
        let retryAfter: Duration?
        /// How many pauses between attempts there were before it: one more, and it repeats the attempt before it.
        let pauses: Int
    }

    /// Longer than the first pauses that would be made without it.
    static let retryAfter = Duration.seconds(2)

    private struct State {
        var fault: Fault?
        var sparesReading = false
        var attempts: [Attempt] = []
    }

    private let state = Mutex(State())
    private let time: FakeTime

    init(time: FakeTime) { self.time = time }

    var attempts: [Attempt] { state.withLock { $0.attempts } }
    var fault: Fault? { state.withLock { $0.fault } }
    var sparesReading: Bool { state.withLock { $0.sparesReading } }

    /// - Parameters:
    ///   - fault: What fails from now on; nil for nothing.
    ///   - sparesReading: Whether only orders fail.
    func fail(_ fault: Fault?, sparingReading sparesReading: Bool = false) {
        state.withLock { ($0.fault, $0.sparesReading) = (fault, sparesReading) }
    }

    func send(
        _ call: OutboundCall, within limit: Duration, _ answer: () throws(OutboundFailure) -> OutboundAnswer
    ) throws(OutboundFailure) -> OutboundAnswer {
        let isOrder = call.method == .post && call.url.hasSuffix("/predictions")
        let (began, pauses) = (time.now, time.sleeps.count)
        let (fault, number) = state.withLock { state in
            (state.sparesReading && call.method == .get ? nil : state.fault, state.attempts.count)
        }
        let result: Result<OutboundAnswer, OutboundFailure>
        do throws(OutboundFailure) {
            result = .success(try outcome(of: fault, hasEffect: number.isMultiple(of: 2), limit, answer))
        } catch { result = .failure(error) }
        let status = (try? result.get().status) ?? 599
        state.withLock { state in
            state.attempts.append(
                Attempt(
                    began: began, ended: time.now, isOrder: isOrder, fault: fault,
                    isFailure: status == 429 || status >= 500, retryAfter: status == 429 ? Self.retryAfter : nil,
                    pauses: pauses))
        }
        return try result.get()
    }

    private func outcome(
        of fault: Fault?, hasEffect: Bool, _ limit: Duration, _ answer: () throws(OutboundFailure) -> OutboundAnswer
    ) throws(OutboundFailure) -> OutboundAnswer {
        switch fault {
        case nil: return try answer()
        case .isAway: throw .notSent("the connection was refused")
        case .losesAnswers:
            _ = try answer()
            throw .unclear("the connection broke")
        case .losesRequests: throw .unclear("the connection broke")
        case .breaks:
            if hasEffect { _ = try answer() }
            return OutboundAnswer(status: 500, body: Array("oops".utf8))
        case .limits:
            let seconds = "\(Self.retryAfter.components.seconds)"
            return OutboundAnswer(status: 429, body: [], retryAfter: seconds)
        case .talksNonsense:
            return OutboundAnswer(status: try answer().status, body: Array(#"{"id": "p7", "status": "#.utf8))
        case .stalls:
            if hasEffect { _ = try answer() }
            time.pass(limit)
            throw .unclear("the answer did not come in time")
        }
    }
}
