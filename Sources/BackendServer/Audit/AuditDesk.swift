import AuditChain
import AuditTrail
import Jobs
import Logging
import Storage
import Synchronization

/// Writes down what happened, in the one chain of this installation.
///
/// What comes from the gateway's spool and what this process saw itself go through the same transaction, one writer.
final class AuditDesk: Sendable {
    let database: JobDatabase
    let chain: HashChain
    let copy: HeadCopy
    let logger: Logger
    let clock: Clock
    private let state: Mutex<State>

    private struct State {
        var ids = ULIDGenerator()
        var refusals = EventCoalescer()
        var account = AuditAccount()
        var budget: RefusalBudget

        mutating func makeID(at milliseconds: Int64) -> ULID {
            var randomness = SystemRandomNumberGenerator()
            return ids.next(
                milliseconds: milliseconds, randomBits: .random(in: .min ... .max, using: &randomness))
        }

        /// The refusals that were counted and whose window is over; all of them when the process ends.
        mutating func takeCounted(at milliseconds: Int64, isLast: Bool) -> [AuditEvent] {
            // The coalescer is changed while ids are made, so the state is taken apart.
            var coalescer = refusals
            defer { refusals = coalescer }
            return isLast
                ? coalescer.takeAll { makeID(at: milliseconds) }
                : coalescer.takeDue(at: milliseconds) { makeID(at: milliseconds) }
        }
    }

    init(
        database: JobDatabase, chain: HashChain, copy: HeadCopy, logger: Logger,
        budget: RefusalBudget = RefusalBudget(entriesMax: nil), clock: @escaping Clock
    ) {
        state = Mutex(State(budget: budget))
        self.database = database
        self.chain = chain
        self.copy = copy
        self.logger = logger
        self.clock = clock
    }

    var account: AuditAccount { state.withLock { $0.account } }

    /// Begins an event that happens now.
    func event(_ type: AuditEventType) -> AuditEvent {
        let now = clock().milliseconds
        return AuditEvent(id: state.withLock { $0.makeID(at: now) }, type: type, at: now)
    }

    /// Writes down an event of this process, and returns when it is on the disk.
    ///
    /// To be called when what it tells of is on the disk, and before anybody is told of that: then no answer that a client
    /// got lacks its entry, and no entry tells of what never happened. It does not throw: a job that runs at a provider
    /// costs money, and must not be given up because nobody could write it down. Such a failure is logged and counted,
    /// and health shows it.
    func record(_ event: AuditEvent) async {
        do {
            try await append([event])
        } catch {
            note(error)
        }
    }

    /// Writes down a refusal, of which strangers can cause as many as they like: equal ones become one with a count.
    func recordRefusal(_ event: AuditEvent, key: EventCoalescer.Key, traits: EventCoalescer.Traits) async {
        let isAbsorbed = state.withLock { state in
            if state.refusals.absorb(
                event.type, key: key, traits: traits, wallMilliseconds: event.milliseconds)
            {
                return true
            }
            state.refusals.open(event, key: key, traits: traits, at: event.milliseconds)
            return false
        }
        if !isAbsorbed { await record(event) }
    }

    /// Writes down the refusals that were counted; to be called every second or so.
    ///
    /// - Parameter isLast: Also those whose time is not over, because the process ends.
    func recordCounted(isLast: Bool = false) async {
        let now = clock().milliseconds
        let events = state.withLock { $0.takeCounted(at: now, isLast: isLast) }
        guard !events.isEmpty else { return }
        do { try await append(events) } catch { note(error) }
    }

    /// Adds events to the chain.
    ///
    /// - Parameters:
    ///   - events: In their order.
    ///   - position: The place behind them in the spool.
    /// - Throws: What the database says; then nothing was added.
    func append(_ events: [AuditEvent], reached position: AuditPosition? = nil) async throws {
        let receipt = try await database.appendAudit(admitted(events), reached: position, chain: chain)
        state.withLock {
            $0.account.took(added: receipt.added, repeated: receipt.repeated, head: receipt.head)
        }
    }

    /// Removes the oldest entries, which were verified, and writes that down.
    ///
    /// - Parameters:
    ///   - floor: The new floor.
    ///   - before: The floor as it was when they were verified.
    ///   - event: What is written down.
    /// - Returns: Whether it was done; not when the floor is another by now.
    /// - Throws: What the database says; then nothing was changed.
    func trim(to floor: ChainAnchor, from before: ChainAnchor?, recording event: AuditEvent) async throws -> Bool {
        guard let receipt = try await database.trimAudit(to: floor, from: before, recording: event, chain: chain)
        else { return false }
        state.withLock { $0.account.took(added: receipt.added, repeated: 0, head: receipt.head) }
        return true
    }

    /// The events that are kept, and now and then how many refusals are not.
    private func admitted(_ events: [AuditEvent]) -> [AuditEvent] {
        let now = clock().milliseconds
        return state.withLock { state in
            var kept = state.budget.admit(events, now: now)
            if let untold = state.budget.takeUntold(now: now) {
                state.account.refusalsNotKept += untold
                var event = AuditEvent(id: state.makeID(at: now), type: .eventsDropped, at: now)
                event.count = untold
                event.details["reason"] = "more refusals than the trail keeps"
                kept.append(event)
            }
            return kept
        }
    }

    /// Adds what was read from the gateway's spool.
    ///
    /// - Parameters:
    ///   - events: In their order.
    ///   - malformed: Lines between them that are no events.
    ///   - position: The place behind all of them.
    /// - Throws: What the database says; then nothing was added.
    func ingest(_ events: [AuditEvent], malformed: Int, reached position: AuditPosition) async throws {
        try await append(events, reached: position)
        let oldest = events.map(\.milliseconds).min()
        let age = oldest.map { Double(clock().milliseconds - $0) / 1000 } ?? 0
        state.withLock { $0.account.ingested(oldest: age, malformed: malformed) }
    }

    /// Notes that events could not be written down, or not be read.
    func note(_ error: any Error) {
        let isFirst = state.withLock { $0.account.failed(halted: error is AuditFault) }
        guard isFirst else { return }
        logger.error("audit events could not be written down", metadata: ["error": "\(error)"])
    }

    func noteGoodRound() {
        state.withLock { $0.account.wentWell() }
    }

    func noteSetBack(_ isSetBack: Bool) {
        state.withLock { $0.account.isSetBack = isSetBack }
    }
}

extension Timestamp {
    /// Since 1970-01-01T00:00:00Z, the rest cut off.
    var milliseconds: Int64 { microseconds / 1000 }

    init(milliseconds: Int64) { self.init(microseconds: milliseconds * 1000) }
}
