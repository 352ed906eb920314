public import AuditChain
public import AuditTrail
import GRDB

/// The audit trail.
extension JobDatabase {
    /// Adds events to the chain, and keeps how far the spool was read: all of it or nothing.
    ///
    /// An event whose id is there already is passed over. So each has its one entry, whenever the process stops and
    /// however often the same part of the spool is read.
    ///
    /// - Parameters:
    ///   - events: In the order in which they are to be chained.
    ///   - position: The place behind them in the spool; nil for those that were never there.
    ///   - chain: Makes the entries.
    /// - Returns: What was added, once that is on the disk.
    /// - Throws: ``AuditFault`` when the stored head cannot be believed, else what SQLite says; then nothing was changed.
    public func appendAudit(
        _ events: [AuditEvent], reached position: AuditPosition? = nil, chain: HashChain
    ) async throws -> AuditReceipt {
        try await write { database in
            let ends = try Self.ends(in: database)
            if let fault = ends.fault(of: chain) { throw fault }
            var fresh: [AuditEvent] = []
            var taken: Set<ULID> = []
            for event in events where taken.insert(event.id).inserted {
                if try !AuditTable.holds(event.id, in: database) { fresh.append(event) }
            }
            let head = try Self.add(fresh, to: ends.head ?? chain.emptyHead, chain, in: database)
            if let position { try AuditPositionTable.put(position, into: database) }
            return AuditReceipt(head: head, added: fresh.count, repeated: events.count - fresh.count)
        }
    }

    static func add(
        _ events: [AuditEvent], to head: ChainAnchor, _ chain: HashChain, in database: Database
    ) throws -> ChainAnchor {
        guard !events.isEmpty else { return head }
        var head = head
        for entry in chain.append(events, to: &head) { try AuditTable.insert(entry, into: database) }
        try AuditAnchorTable.put(head, into: database)
        return head
    }

    /// How far each segment of the spool was read.
    public func auditPositions() async throws -> [AuditPosition] {
        try await read { try AuditPositionTable.all(in: $0) }
    }

    /// Forgets segments that are gone: a number that came back would else be read from the middle.
    public func forgetAuditPositions(of segments: [Int64]) async throws {
        try await write { database in
            for segment in segments { try AuditPositionTable.delete(segment: segment, from: database) }
        }
    }

    public func auditPage(_ query: AuditQuery) async throws -> AuditPage {
        try await read { try AuditTable.page(query, in: $0) }
    }

    /// Counts the entries.
    ///
    /// - Parameter milliseconds: Where the recent ones begin, since 1970-01-01T00:00:00Z.
    /// - Returns: The numbers.
    /// - Throws: What SQLite says.
    public func auditStatistics(since milliseconds: Int64) async throws -> AuditStatistics {
        try await read { try AuditTable.statistics(since: milliseconds, in: $0) }
    }

    public func auditEnds() async throws -> AuditEnds {
        try await read { try Self.ends(in: $0) }
    }

    private static func ends(in database: Database) throws -> AuditEnds {
        AuditEnds(
            head: try AuditAnchorTable.anchor(.head, in: database),
            floor: try AuditAnchorTable.anchor(.floor, in: database),
            lastSequence: try AuditTable.lastSequence(in: database))
    }

    /// A part of the chain in its order, with the floor as it was at that moment.
    ///
    /// - Parameters:
    ///   - sequence: The entry before the first.
    ///   - last: The last.
    ///   - limit: How many at most.
    /// - Returns: The entries, and the floor that was stored; nil for none.
    /// - Throws: What SQLite says.
    public func auditEntries(
        after sequence: Int64, through last: Int64, limit: Int
    ) async throws -> (entries: [ChainEntry], floor: ChainAnchor?) {
        try await read { database in
            (
                try AuditTable.entries(after: sequence, through: last, limit: limit, in: database),
                try AuditAnchorTable.anchor(.floor, in: database)
            )
        }
    }

    public func auditEntry(_ sequence: Int64) async throws -> ChainEntry? {
        try await read { try AuditTable.entry(sequence, in: $0) }
    }

    /// Removes the oldest entries, raises the floor to the last of them, and adds the event that says so: in one
    /// transaction, so that nothing is gone without its being written down.
    ///
    /// - Parameters:
    ///   - floor: The new floor, whose entry and all before it are removed.
    ///   - before: The floor as it was when they were verified.
    ///   - event: The event.
    ///   - chain: Makes its entry.
    /// - Returns: What was added; nil when nothing was done, because the floor is another by now.
    /// - Throws: ``AuditFault`` when the stored head cannot be believed, else what SQLite says; then nothing was changed.
    public func trimAudit(
        to floor: ChainAnchor, from before: ChainAnchor?, recording event: AuditEvent, chain: HashChain
    ) async throws -> AuditReceipt? {
        precondition(floor.role == .floor, "entries are removed up to a floor")
        return try await write { database in
            let ends = try Self.ends(in: database)
            guard ends.floor == before else { return nil }
            if let fault = ends.fault(of: chain) { throw fault }
            try AuditTable.delete(through: floor.sequence, from: database)
            try AuditAnchorTable.put(floor, into: database)
            let head = try Self.add([event], to: ends.head ?? chain.emptyHead, chain, in: database)
            return AuditReceipt(head: head, added: 1, repeated: 0)
        }
    }
}
