internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import UnixSignals

/// What signals ask of a command that keeps a gateway running.
///
/// SIGTERM and SIGINT stop, SIGHUP has the gateway read its settings again, and SIGUSR2, which the gateway itself sends
/// when it was asked for an upgrade, starts its successor.
struct SignalDesk: Sendable {
    let signals: UnixSignalsSequence
    let control: GatewayControl
    let successors: AsyncStream<Void>.Continuation
    let log: Logger

    /// Traps the signals; from then on none of them ends the process.
    static func open() async -> UnixSignalsSequence {
        await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup, .sigusr2)
    }

    /// Does what the signals ask, until one asks for the end.
    func serve() async {
        await withDiscardingTaskGroup { group in
            for await signal in signals {
                switch signal {
                case .sighup: group.addTask { await reload() }
                case .sigusr2: successors.yield()
                default:
                    group.cancelAll()
                    return
                }
            }
        }
    }

    /// Through the control socket and not by the signal, so that the gateway's answer is known here.
    private func reload() async {
        do throws(NoGateway) {
            let answer = try await control.ask(.POST, "/reload", patience: .seconds(60))
            if !answer.isGood {
                log.error("The gateway refused the new settings.", metadata: ["problem": "\(answer.problem)"])
            }
        } catch {
            log.error("The gateway could not be told to reload.", metadata: ["problem": "\(error)"])
        }
    }
}
