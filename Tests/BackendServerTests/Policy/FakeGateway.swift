import Foundation
import GatePolicy
import Providers
import Synchronization

@testable import BackendServer

/// What the gateway's control socket says of the policy, with a time of its own.
final class FakeGateway: Sendable {
    enum Behaviour {
        /// It uses what lies in the file.
        case applies
        /// It has looked at the file after this many questions.
        case appliesAfter(Int)
        case says(String)
        case answers(Int)
        case isAbsent
        case isMute
        /// It answers the first question too late.
        case isMuteOnce
    }

    private struct State {
        var behaviour = Behaviour.applies
        var questions = 0
        var urls: Set<String> = []
        var time = Duration.zero
        var isCut = false
    }

    private let state = Mutex(State())
    private let policyFile: String

    init(policyFile: String) { self.policyFile = policyFile }

    func behave(_ behaviour: Behaviour) {
        state.withLock { $0 = State(behaviour: behaviour) }
    }

    /// Whoever waits is cut short.
    func cut() { state.withLock { $0.isCut = true } }

    var questions: Int { state.withLock { $0.questions } }
    var urls: Set<String> { state.withLock { $0.urls } }
    var time: Duration { state.withLock { $0.time } }

    var stopwatch: Stopwatch {
        Stopwatch(
            now: { self.time },
            sleep: { duration in
                self.state.withLock { state in
                    state.time += duration
                    return !state.isCut
                }
            })
    }

    var outbound: Outbound {
        Outbound { call, limit throws(OutboundFailure) in
            let (behaviour, question) = self.state.withLock { state in
                state.questions += 1
                state.urls.insert(call.url)
                return (state.behaviour, state.questions)
            }
            switch behaviour {
            case .applies: return self.answer(self.publishedVersion)
            case .appliesAfter(let count): return self.answer(question > count ? self.publishedVersion : 0)
            case .says(let text): return OutboundAnswer(status: 200, body: Array(text.utf8))
            case .answers(let status): return OutboundAnswer(status: status, body: Array("{}".utf8))
            case .isAbsent: throw .notSent("the connection was refused")
            case .isMuteOnce where question > 1: return self.answer(self.publishedVersion)
            case .isMute, .isMuteOnce:
                self.state.withLock { $0.time += limit }
                throw .unclear("no answer in time")
            }
        }
    }

    private func answer(_ version: Int) -> OutboundAnswer {
        OutboundAnswer(status: 200, body: Array(#"{"version":\#(version),"refused":null}"#.utf8))
    }

    private var publishedVersion: Int { published?.version ?? 0 }

    /// The policy that lies in the file.
    var published: GatePolicy? {
        guard let data = FileManager.default.contents(atPath: policyFile) else { return nil }
        return try? JSONDecoder().decode(GatePolicy.self, from: data)
    }
}
