import AuditChain
import AuditTrail
import Jobs
import Logging
import ServiceLifecycle
import Storage

/// Removes, at the start and every hour, entries that are too old or too many.
///
/// What is gone cannot be checked any more, so only entries that verify are removed, and the floor is raised with them:
/// what is left still verifies.
struct AuditRetention: Service {
    private static let interval = Duration.seconds(3600)
    private static let groupEntries = 500
    private static let dayMilliseconds: Int64 = 86_400_000

    let desk: AuditDesk
    /// How many days an entry is kept; 0 for ever.
    let days: Int
    let entriesMax: Int
    let logger: Logger

    func run() async throws {
        await repeatUntilShutdown(pausing: Self.interval) { await sweep() }
    }

    func sweep() async {
        var removed = Removed()
        do {
            while try await removeSome(&removed), !Task.isShuttingDownGracefully {}
        } catch {
            logger.error("old audit entries could not be removed", metadata: ["error": "\(error)"])
        }
        guard removed.count > 0 else { return }
        logger.notice(
            "old audit entries were removed",
            metadata: ["count": "\(removed.count)", "last_sequence": "\(removed.last)"])
    }

    /// What a sweep removed.
    private struct Removed {
        var count = 0
        var last: Int64 = 0
    }

    /// Removes one group.
    ///
    /// - Parameter removed: Counts it.
    /// - Returns: Whether there may be more.
    /// - Throws: What the database says.
    private func removeSome(_ removed: inout Removed) async throws -> Bool {
        let ends = try await desk.database.auditEnds()
        guard let last = ends.lastSequence, let end = try await desk.database.auditEntry(last) else { return false }
        let floor = ends.floor ?? desk.chain.emptyFloor
        let limit = limit(floor: floor.sequence, last: end)
        let page = try await desk.database.auditEntries(
            after: floor.sequence, through: last, limit: Self.groupEntries)
        let old = page.entries.prefix { limit.isOld($0) }
        guard let newest = old.last, limit.isWorthwhile(old) else { return false }
        var verifier = ChainVerifier(desk.chain, floor: floor)
        for entry in old { verifier.check(entry) }
        if let broken = verifier.finish(head: nil).firstBreak {
            logger.error(
                "old audit entries are kept, because they do not verify",
                metadata: ["sequence": "\(broken.sequence)", "flaw": "\(broken.flaw.rawValue)"])
            return false
        }
        var event = desk.event(.auditTrimmed)
        event.milliseconds = limit.now
        event.details = ["removed": String(old.count), "last_id": String(newest.sequence)]
        let isDone = try await desk.trim(
            to: desk.chain.floor(removingThrough: newest), from: ends.floor, recording: event)
        guard isDone else { return false }
        removed.count += old.count
        removed.last = newest.sequence
        return old.count == Self.groupEntries
    }

    /// Which entries are too old or too many.
    private struct Limit {
        /// The time against which age is measured, in milliseconds since 1970-01-01T00:00:00Z.
        let now: Int64
        /// Entries up to this one are too many; 0 for none.
        let sequence: Int64
        /// Entries before this time are too old; nil for none.
        let milliseconds: Int64?

        func isOld(_ entry: ChainEntry) -> Bool {
            entry.sequence <= sequence || milliseconds.map { entry.event.milliseconds < $0 } ?? false
        }

        /// Whether a removal of these tells more than the entry that it adds.
        ///
        /// The records of removals grow old too. Alone they wait for others, or an idle trail would remove one and write
        /// one for ever.
        func isWorthwhile(_ old: ArraySlice<ChainEntry>) -> Bool {
            sequence > 0 || old.count == groupEntries || old.contains { $0.event.type != .auditTrimmed }
        }
    }

    private func limit(floor: Int64, last: ChainEntry) -> Limit {
        // A start with a clock that is a year ahead must not erase the trail: then the newest entry says what time it is,
        // also for the record of the removal, which is the newest entry of the next sweep.
        let (clock, newest) = (desk.clock().milliseconds, last.event.milliseconds)
        let now = clock > newest + Self.dayMilliseconds ? newest : clock
        let isTooMany = last.sequence - floor > Int64(entriesMax)
        return Limit(
            now: now,
            // One more makes room for the record of the removal.
            sequence: isTooMany ? last.sequence - Int64(entriesMax) + 1 : 0,
            milliseconds: days > 0 ? now - Int64(days) * Self.dayMilliseconds : nil)
    }
}
