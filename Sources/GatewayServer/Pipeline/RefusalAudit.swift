import AuditTrail
import Logging
import Reactor
import Spool
import Synchronization

/// The gateway's side of the audit trail: who was refused, told to the backend by files.
///
/// Shared by all workers. What is equal is counted and told once in ten seconds, so that a flood costs a look-up each.
final class RefusalAudit: Sendable {
    private struct State: Sendable {
        var coalescer = EventCoalescer()
        var ids = ULIDGenerator()
        /// Of the spool's account, what the trail tells of already.
        var losses = ToldLosses()
        /// Whether the log was told that the disk refuses events.
        var isFailing = false

        /// What was counted in windows that are over at this time; in all of them when there is none.
        mutating func takeCounted(at now: Int64?, wallMilliseconds: Int64, limit: Int = .max) -> [AuditEvent] {
            var ids = ids
            defer { self.ids = ids }
            let makeID = { ids.next(milliseconds: wallMilliseconds, randomBits: .random(in: .min ... .max)) }
            guard let now else { return coalescer.takeAll(makeID: makeID) }
            return coalescer.takeDue(at: now, limit: limit, makeID: makeID)
        }

        mutating func makeID(wallMilliseconds: Int64) -> ULID {
            ids.next(milliseconds: wallMilliseconds, randomBits: .random(in: .min ... .max))
        }
    }

    /// Of an event, as a line.
    private static let lineBytesMax = 2048

    private let state = Mutex(State())
    private let spool: SpoolWriter
    private let logger: Logger

    /// - Parameters:
    ///   - path: The spool's folder; the folder around it must be there.
    ///   - logger: Hears when the disk refuses events, and when it takes them again.
    /// - Throws: ``StartError`` when nothing can be written there.
    init(folder path: String, logger: Logger) throws(StartError) {
        self.logger = logger
        do {
            spool = try SpoolWriter(folder: path)
        } catch {
            throw StartError(
                "The audit trail cannot be written to \(path): \(error). Make it a folder that this user may write to, "
                    + "or set TUNERGATE_RUNTIME_DIR.")
        }
    }

    /// Whether an equal event left not long ago, so that this one is counted with it.
    func absorbs(
        _ type: AuditEventType, _ key: EventCoalescer.Key, _ traits: EventCoalescer.Traits, wallMilliseconds: Int64
    ) -> Bool {
        state.withLock { $0.coalescer.absorb(type, key: key, traits: traits, wallMilliseconds: wallMilliseconds) }
    }

    /// Tells an event that ``absorbs(_:_:_:wallMilliseconds:)`` did not take.
    ///
    /// - Parameters:
    ///   - event: With any id; it is given one.
    ///   - key: What makes others equal to it.
    ///   - traits: What those may differ in.
    ///   - now: Monotonic milliseconds.
    func record(_ event: AuditEvent, _ key: EventCoalescer.Key, _ traits: EventCoalescer.Traits, now: Int64) {
        state.withLock { state in
            // Another worker may have been faster.
            let isKnown = state.coalescer.absorb(
                event.type, key: key, traits: traits, wallMilliseconds: event.milliseconds)
            guard !isKnown else { return }
            var event = event
            event.id = state.makeID(wallMilliseconds: event.milliseconds)
            // What finds no room is not forgotten: it is told with those that follow.
            let isTold = spool.append(event.line.span)
            state.coalescer.open(event, key: key, traits: traits, at: now, isTold: isTold)
        }
    }

    /// Tells what was counted in windows that are over; once a second.
    func passTime(now: Int64, wallMilliseconds: Int64) {
        let counts = spool.counts
        let room = spool.room / Self.lineBytesMax
        let events = state.withLock { state in
            var events = state.takeCounted(at: now, wallMilliseconds: wallMilliseconds, limit: room)
            if let lost = state.losses.untold(counts) {
                var event = AuditEvent(
                    id: state.makeID(wallMilliseconds: wallMilliseconds), type: .eventsDropped, at: wallMilliseconds)
                event.count = lost
                events.append(event)
            }
            return events
        }
        tell(events)
        logTurn(counts)
    }

    private func logTurn(_ counts: SpoolCounts) {
        let isFailing = counts.failure != nil
        let isNews = state.withLock { state in
            defer { state.isFailing = isFailing }
            return state.isFailing != isFailing
        }
        guard isNews else { return }
        if let failure = counts.failure {
            logger.error(
                "Audit events cannot be written; they wait, and are lost when too many do",
                metadata: ["problem": "\(failure)"])
        } else {
            logger.info("Audit events are written again", metadata: ["dropped": "\(counts.dropped)"])
        }
    }

    /// Tells everything that is left, and returns when it is on the disk: the process ends.
    func stop(wallMilliseconds: Int64) {
        tell(state.withLock { $0.takeCounted(at: nil, wallMilliseconds: wallMilliseconds) })
        spool.stop()
    }

    private func tell(_ events: [AuditEvent]) {
        for event in events { spool.append(event.line.span) }
    }

    var counts: SpoolCounts { spool.counts }
    /// What the coalescer remembers now.
    var keyCount: Int { state.withLock { $0.coalescer.keyCount } }
}

/// How many lost events the trail itself has told of.
///
/// It is told when the disk takes records again: before that, the word would be lost as well.
struct ToldLosses: Sendable {
    private var dropped = 0
    private var synced = 0

    /// - Parameter counts: The spool's account now.
    /// - Returns: How many were lost since it was told last; nil when there is nothing to tell, or no way to.
    mutating func untold(_ counts: SpoolCounts) -> Int? {
        defer { synced = counts.synced }
        guard counts.dropped > dropped, counts.synced > synced else { return nil }
        defer { dropped = counts.dropped }
        return counts.dropped - dropped
    }
}
