extension ChainVerifier {
    /// Compares a stored chain with a copy of its head that was kept elsewhere.
    ///
    /// The copy may be older than the chain, since it is written after each commit, but never newer: what it names was
    /// on the disk before it. So it must be read before the chain is.
    ///
    /// - Parameters:
    ///   - copy: The copy.
    ///   - chain: The chain.
    ///   - head: The stored head, which was checked.
    ///   - floor: The stored floor, which was checked.
    ///   - named: The hash of the stored entry that the copy names; nil when it is not there.
    /// - Returns: What is wrong; nil when the chain goes on from the copy.
    public static func compare(
        _ copy: ChainAnchor, with chain: HashChain, head: ChainAnchor, floor: ChainAnchor, named: ChainHash?
    ) -> Break? {
        func broken(_ sequence: Int64, _ flaw: Flaw) -> Break {
            Break(sequence: sequence, flaw: flaw, expectedHash: copy.hash, actualHash: named)
        }
        guard copy.role == .head, chain.isSigned(copy) else { return broken(copy.sequence, .copyForged) }
        guard copy.sequence <= head.sequence else { return broken(head.sequence + 1, .setBack) }
        // Retention removed it, which only follows when the chain up to the floor was whole.
        if copy.sequence < floor.sequence || copy.sequence == 0 { return nil }
        let known = copy.sequence == floor.sequence ? floor.hash : named
        return known == copy.hash ? nil : broken(copy.sequence, .setBack)
    }
}
