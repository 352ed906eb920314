import AuditChain
import Jobs
import Storage

/// Walking the chain.
extension AuditDesk {
    private static let pageEntries = 1000

    /// What is to be verified: everything, or the entries between two of them.
    struct Part: Equatable, Sendable {
        var first: Int64?
        var last: Int64?
    }

    /// Walks the chain, a page at a time, so that neither the writer nor the log of the database waits for it.
    ///
    /// A part that begins in the middle begins with an entry whose predecessor is believed; one that reaches the end is
    /// held against the head, and against the copy of it outside the database.
    ///
    /// - Parameter part: What to verify; entries that were removed by retention are passed over.
    /// - Returns: What was found, with the first break only.
    /// - Throws: What the database or the disk says.
    func verify(_ part: Part = Part()) async throws -> ChainVerifier.Verdict {
        // Before the chain: it is never newer than what is read after it.
        let copy = try await onDisk { [copy] in try copy.read() }
        let ends = try await database.auditEnds()
        guard try await database.auditFits(chain) else { return otherKey(ends) }
        var walk = ChainWalk(chain, ends: ends, part: part)
        while let next = walk.next {
            let page = try await database.auditEntries(
                after: next.after, through: next.through, limit: Self.pageEntries)
            walk.take(page.entries, floor: page.floor)
        }
        let reachesEnd = walk.reachesEnd
        let verdict = walk.finish()
        guard verdict.isValid, reachesEnd, let broken = try await compare(copy, ends) else { return verdict }
        return verdict.broken(by: broken)
    }

    /// Said before a walk, which would find every entry altered.
    private func otherKey(_ ends: AuditEnds) -> ChainVerifier.Verdict {
        let sequence = ends.head?.sequence ?? ends.lastSequence ?? 0
        return ChainVerifier(chain, floor: chain.emptyFloor).finish(head: nil)
            .broken(by: ChainVerifier.Break(sequence: sequence, flaw: .otherKey))
    }

    /// Compares the stored chain with the copy of its head.
    ///
    /// - Parameters:
    ///   - copy: The copy, read before the ends.
    ///   - ends: The stored ends.
    /// - Returns: What is wrong; nil when nothing is, or when there is no copy.
    /// - Throws: What the database says.
    func compare(_ copy: HeadCopy.Content, _ ends: AuditEnds) async throws -> ChainVerifier.Break? {
        let anchor: ChainAnchor
        switch copy {
        case .none: return nil
        // Signed by nobody, which is what the comparison says of it.
        case .illegible: anchor = ChainAnchor(role: .head, sequence: 0, hash: .genesis, signature: .genesis)
        case .head(let head): anchor = head
        }
        let named = try await database.auditEntry(anchor.sequence)
        return ChainVerifier.compare(
            anchor, with: chain, head: ends.head ?? chain.emptyHead, floor: ends.floor ?? chain.emptyFloor,
            named: named?.hash)
    }
}
