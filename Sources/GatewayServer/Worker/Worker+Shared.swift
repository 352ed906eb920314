import RateLimit
import Synchronization
import TLSSession

extension Worker {
    /// What all workers of a gateway share, and how each learns of a change.
    final class Shared: Sendable {
        /// Where a gateway is in its life.
        enum Phase: Int, Comparable, Sendable {
            case serving
            /// It will stop: everybody is told, and connections are still taken.
            case announced
            /// A successor takes what is new; what is here may take its time.
            case succeeded
            /// Nothing new is taken; what is under way finishes.
            case draining
            /// What is still under way is given up.
            case cut

            static func < (left: Phase, right: Phase) -> Bool { left.rawValue < right.rawValue }
        }

        struct State: Sendable {
            var phase = Phase.serving
            var configuration: WorkerConfiguration
            var tls: TLSContext
            /// How many changes there were: a worker tells which it goes by.
            var generation = 0
        }

        let census = ConnectionCensus()
        let rateLimiter = RateLimiter(seed: .random(in: .min ... .max))
        /// Credentials that the backend found good.
        let credentials = VerifiedCredentials()
        let audit: RefusalAudit
        let inbox: Inbox
        /// When the backend last answered one of the workers, in milliseconds.
        let backendSeen = Atomic<Int64>(.min)
        private let current: Mutex<State>

        init(configuration: WorkerConfiguration, tls: TLSContext, audit: RefusalAudit, inbox: Inbox) {
            self.audit = audit
            self.inbox = inbox
            current = Mutex(State(configuration: configuration, tls: tls))
        }

        var state: State { current.withLock { $0 } }

        /// Changes what the workers go by; each has to be woken to see it.
        func change(_ body: (inout sending State) -> Void) {
            current.withLock { state in
                body(&state)
                state.generation += 1
            }
        }
    }
}
