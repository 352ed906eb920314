/// Puts a circuit breaker and repetition around a way out.
///
/// One call is one result for the breaker, however many attempts it took; a probe is one attempt. All attempts of a call
/// and the pauses between them have the call's time together, since somebody waits for the end of it. Answers from 400 to 499
/// show that the other side works, but for 429, which says that it has too much to do.
public struct GuardedCalls: Sendable {
    let name: String
    let breakers: BreakerRegistry
    let pacing: Pacing

    /// - Parameters:
    ///   - name: Of the circuit breaker.
    ///   - breakers: Where it is.
    ///   - pacing: Time and chance.
    public init(name: String, breakers: BreakerRegistry, pacing: Pacing) {
        self.name = name
        self.breakers = breakers
        self.pacing = pacing
    }

    /// The way out, guarded.
    public func over(_ outbound: Outbound, retry policy: RetryPolicy = .standard) -> Outbound {
        Outbound { call, limit throws(OutboundFailure) in
            guard let ticket = breakers.admit(name) else { throw .suspended(name: name) }
            do throws(OutboundFailure) {
                let answer = try await attempts(call, limit, outbound, ticket.isProbe ? .once : policy)
                note(Self.isFailure(answer.status), ticket)
                return answer
            } catch .withheld(let reason) {
                breakers.abandoned(name, ticket)
                throw .withheld(reason)
            } catch {
                note(true, ticket)
                throw error
            }
        }
    }

    private func note(_ isFailure: Bool, _ ticket: CircuitBreaker.Ticket) {
        if isFailure, Task.isCancelled {
            breakers.abandoned(name, ticket)
        } else if isFailure {
            breakers.failed(name, ticket)
        } else {
            breakers.succeeded(name, ticket)
        }
    }

    private static func isFailure(_ status: Int) -> Bool { status >= 500 || status == 429 }

    private func attempts(
        _ call: OutboundCall, _ limit: Duration, _ outbound: Outbound, _ policy: RetryPolicy
    ) async throws(OutboundFailure) -> OutboundAnswer {
        let start = pacing.now()
        var (attempts, left) = (0, limit)
        while true {
            attempts += 1
            let result: Result<OutboundAnswer, OutboundFailure>
            do throws(OutboundFailure) { result = .success(try await outbound.send(call, left)) } catch {
                result = .failure(error)
            }
            let pause = policy.pause(
                after: outcome(result), attempts: attempts, isRepeatable: call.isRepeatable, chance: pacing.chance())
            left = limit - (pacing.now() - start) - (pause ?? .zero)
            guard let pause, left > .zero, await pacing.sleep(pause) else { return try result.get() }
        }
    }

    private func outcome(_ result: Result<OutboundAnswer, OutboundFailure>) -> RetryPolicy.Outcome {
        switch result {
        case .success(let answer):
            .answered(
                status: answer.status,
                retryAfter: answer.retryAfter.flatMap { RetryAfter.duration($0, now: pacing.clock()) })
        case .failure(.notSent), .failure(.suspended), .failure(.withheld): .notSent
        case .failure(.unclear): .unclear
        }
    }
}
