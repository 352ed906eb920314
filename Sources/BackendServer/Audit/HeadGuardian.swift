import AuditChain
import Logging
import Storage
import Synchronization

/// Keeps the copy of the chain's head, and never lets it go back.
///
/// A copy that the stored chain does not reach from is evidence: it stays as it is, health says so, and entries go on being
/// added. Whoever put an older database back on purpose moves the file away; that is seen while the process runs.
final class HeadGuardian: Sendable {
    private static let intervalMilliseconds: Int64 = 1000

    private let desk: AuditDesk
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        /// What was held against the chain last; nil until that was possible.
        var examined: HeadCopy.Content?
        var isSetBack = false
        var written: ChainAnchor?
        var writtenAt: Int64?
    }

    init(desk: AuditDesk, logger: Logger) {
        self.desk = desk
        self.logger = logger
    }

    /// Holds the copy against the chain; until that was possible nothing is written over it.
    ///
    /// Once when the chain goes on from it, else whenever the copy has become another one.
    func examine() async {
        let before = state.withLock { $0 }
        guard before.examined == nil || before.isSetBack else { return }
        do {
            let copy = try await onDisk { [copy = desk.copy] in try copy.read() }
            guard copy != before.examined else { return }
            let ends = try await desk.database.auditEnds()
            // Told before the first event finds it.
            if let fault = ends.fault(of: desk.chain) { desk.note(fault) }
            let broken = try await desk.compare(copy, ends)
            state.withLock { state in
                state.examined = copy
                state.isSetBack = broken != nil
                if case .head(let head) = copy { state.written = head }
            }
            desk.noteSetBack(broken != nil)
            if let broken {
                logger.error(
                    "\(sentence(broken.flaw))",
                    metadata: ["sequence": "\(broken.sequence)", "flaw": "\(broken.flaw.rawValue)"])
            } else if before.isSetBack {
                logger.notice(
                    "the copy of the audit trail's head is kept again", metadata: ["path": "\(desk.copy.path)"])
            }
        } catch {
            desk.note(error)
        }
    }

    /// What is wrong, what goes on meanwhile, and what ends it.
    private func sentence(_ flaw: ChainVerifier.Flaw) -> String {
        let path = desk.copy.path
        let finding =
            flaw == .copyForged
            ? "\(path) is damaged, forged, or signed with another key than the audit trail;"
                + " once you know why, move it away"
            : "the audit trail does not go on from \(path): an older database was put back, or another one;"
                + " if that was on purpose, move the file away"
        return "\(finding) and it is written anew. Until then entries go on being added, and the file stays as it is."
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
            guard state.examined != nil, !state.isSetBack, head != state.written else { return nil }
            // A clock that was set back makes the copy early, not late.
            guard let last = state.writtenAt, !isLast, (0..<Self.intervalMilliseconds).contains(now - last) else {
                return now
            }
            return nil
        }
    }
}
