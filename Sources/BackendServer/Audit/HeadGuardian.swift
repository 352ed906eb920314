import AuditChain
import Logging
import Storage
import Synchronization

/// Keeps the copy of the chain's head, and never lets it go back.
///
/// A copy that the stored chain does not reach from is evidence: it stays as it is, health says so, and entries go on being
/// added. Whoever put an older database back on purpose removes the file.
final class HeadGuardian: Sendable {
    private static let intervalMilliseconds: Int64 = 1000

    private let desk: AuditDesk
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        /// Whether the copy was held against the chain since the start.
        var isExamined = false
        var isSetBack = false
        var written: ChainAnchor?
        var writtenAt: Int64?
    }

    init(desk: AuditDesk, logger: Logger) {
        self.desk = desk
        self.logger = logger
    }

    /// Holds the copy against the chain, once; until that was possible nothing is written over it.
    func examine() async {
        guard !state.withLock({ $0.isExamined }) else { return }
        do {
            let copy = try await onDisk { [copy = desk.copy] in try copy.read() }
            let ends = try await desk.database.auditEnds()
            // Told before the first event finds it.
            if let fault = ends.fault(of: desk.chain) { desk.note(fault) }
            let broken = try await desk.compare(copy, ends)
            state.withLock { state in
                state.isExamined = true
                state.isSetBack = broken != nil
                if case .head(let head) = copy { state.written = head }
            }
            desk.noteSetBack(broken != nil)
            guard let broken else { return }
            logger.error(
                "the audit trail does not go on from audit.head; remove that file if its database was put back on purpose",
                metadata: ["sequence": "\(broken.sequence)", "flaw": "\(broken.flaw.rawValue)"])
        } catch {
            desk.note(error)
        }
    }

    /// Writes the head that was reached, at most once a second.
    ///
    /// Only after its commit, so that a crash between the two leaves an older copy, from which the chain goes on.
    ///
    /// - Parameter isLast: Now, because the process ends.
    func keep(isLast: Bool = false) async {
        guard let head = desk.account.head, let now = due(head, isLast: isLast) else { return }
        do {
            try await onDisk { [copy = desk.copy] in try copy.write(head) }
            state.withLock { ($0.written, $0.writtenAt) = (head, now) }
        } catch {
            desk.note(error)
        }
    }

    private func due(_ head: ChainAnchor, isLast: Bool) -> Int64? {
        let now = desk.clock().milliseconds
        return state.withLock { state in
            guard state.isExamined, !state.isSetBack, head != state.written else { return nil }
            // A clock that was set back makes the copy early, not late.
            guard let last = state.writtenAt, !isLast, (0..<Self.intervalMilliseconds).contains(now - last) else {
                return now
            }
            return nil
        }
    }
}
