public import AuditChain
import AuditTrail
import GRDB

/// Whose the audit trail is.
extension JobDatabase {
    /// Whether anything of a trail is stored, so that there is a key which belongs to it.
    public func auditHasBegun() async throws -> Bool {
        let ends = try await auditEnds()
        return ends.head != nil || ends.floor != nil || ends.lastSequence != nil
    }

    /// Whether a chain has the key of the stored trail.
    ///
    /// One of its ends, or its last entry, says so: a forged head alone is no other key. A trail without any of them fits
    /// every key.
    ///
    /// - Parameter chain: The chain.
    /// - Returns: Whether it fits.
    /// - Throws: What SQLite says.
    public func auditFits(_ chain: HashChain) async throws -> Bool {
        let ends = try await auditEnds()
        let anchors = [ends.head, ends.floor].compactMap(\.self)
        if anchors.contains(where: { chain.isSigned($0) }) { return true }
        guard let last = ends.lastSequence else { return anchors.isEmpty }
        guard let entry = try await auditEntry(last) else { return false }
        return chain.isOwn(entry)
    }

    /// Puts the whole trail aside, unchanged, in tables of its own, and begins a new one; all of it or nothing.
    ///
    /// How far the spool was read stays: what was in the old trail does not come again. The copies lack the indexes, which
    /// nobody needs who looks into them once.
    ///
    /// - Parameters:
    ///   - milliseconds: Now, since 1970-01-01T00:00:00Z.
    ///   - chain: The new trail's.
    /// - Returns: The number in the names `audit_log_closed_…` and `audit_anchor_closed_…`, counted from 1.
    /// - Throws: What SQLite says.
    public func closeAudit(at milliseconds: Int64, chain: HashChain) async throws -> Int {
        try await write { database in
            let number = try AuditTable.closedCount(in: database) + 1
            let count = try AuditTable.putAside(as: number, in: database)
            try AuditAnchorTable.putAside(as: number, in: database)
            var event = AuditEvent(
                id: ULID(milliseconds: milliseconds, randomBits: UInt128(number)), type: .auditClosed, at: milliseconds)
            event.details = ["table": "audit_log_closed_\(number)", "entries": String(count)]
            _ = try Self.add([event], to: chain.emptyHead, chain, in: database)
            return number
        }
    }
}
