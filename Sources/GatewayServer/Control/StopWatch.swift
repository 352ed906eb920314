import Logging
import Reactor

/// Waits for the word to stop: a signal, or the end of the supervisor that started us.
///
/// Then sees to an orderly end.
struct StopWatch {
    private enum Token {
        static let signals: UInt64 = 0
        static let ended: UInt64 = 1
        static let supervisor: UInt64 = 2
    }

    let isSupervised: Bool
    let drainSeconds: Int
    let logger: Logger

    init(isSupervised: Bool, drainSeconds: Int, logger: Logger) {
        self.isSupervised = isSupervised
        self.drainSeconds = drainSeconds
        self.logger = logger
    }

    /// Waits for the stop, then until the workers are done or their time is over.
    ///
    /// - Parameters:
    ///   - crew: The workers.
    ///   - signals: Made before the workers' threads, which inherit that the signals are blocked.
    /// - Throws: ``StartError`` when the process may have no more descriptors.
    func waitForStop(of crew: Crew, signals: borrowing StopSignals) throws(StartError) {
        do {
            let poller = try Poller()
            try poller.addLevelTriggered(signals.descriptor, token: Token.signals)
            try poller.addLevelTriggered(crew.endedDescriptor, token: Token.ended)
            if isSupervised { try poller.addLevelTriggered(0, token: Token.supervisor) }
            waitForWord(poller, signals)
            logger.info("Gateway stopping: no new connections, requests in flight finish")
            crew.drain()
            waitForEnd(poller, crew, signals)
        } catch {
            throw StartError("Cannot wait for signals: \(error). Raise the limit on open files.")
        }
    }

    private func waitForWord(_ poller: borrowing Poller, _ signals: borrowing StopSignals) {
        while true {
            for index in 0..<poller.wait(milliseconds: nil) {
                switch poller.event(index).token {
                case Token.signals:
                    // A hang-up asks for new settings, which this process reads at its start only.
                    if let signal = signals.next(), signal != .hangUp { return }
                case Token.supervisor: return
                default: break
                }
            }
        }
    }

    private func waitForEnd(
        _ poller: borrowing Poller, _ crew: Crew, _ signals: borrowing StopSignals
    ) {
        // A supervisor that is gone stays gone.
        if isSupervised { poller.remove(0) }
        let deadline = MonotonicClock.milliseconds() + Int64(drainSeconds) * 1000
        while !crew.hasEnded {
            let remaining = deadline - MonotonicClock.milliseconds()
            guard remaining > 0 else {
                logger.warning("Requests were still in flight when the time to stop was over")
                return
            }
            _ = poller.wait(milliseconds: Int32(min(remaining, 1000)))
            crew.clearEnded()
            if let signal = signals.next(), signal != .hangUp {
                logger.warning("Told to stop a second time: requests in flight are cut")
                return
            }
        }
    }
}
