extension RuleTable {
    /// Finds what holds for a request: the first entry whose pattern and methods do.
    ///
    /// A path that servers may read in another way (``PathReading``) is excluded from nothing if that tells its segments
    /// apart differently, and where two rules hold, one for each reading, it is counted by the stricter.
    ///
    /// - Parameters:
    ///   - method: As the client wrote it.
    ///   - path: In its normal form.
    ///   - isPlain: Whether it is known that the path can be read in one way only, so that nothing has to be looked for:
    ///     it has no capitals, escapes, backslashes and semicolons.
    /// - Returns: The rule, or that there is none.
    public func match(method: Span<UInt8>, path: Span<UInt8>, isPlain: Bool = false) -> Match {
        guard !policies.isEmpty else { return .excluded }
        let method = MethodSet(method: method)
        let doubts = isPlain ? PathReading.Doubts() : PathReading.Doubts(path)
        let plain = find(
            method, path, .plain, lead: PathLead(path, isFolded: false), excludes: !doubts.hasSeparators)
        guard doubts.hasSeparators || doubts.hasCapitals else { return plain }
        let lead = doubts.hasSeparators ? nil : PathLead(path, isFolded: true)
        return stricter(plain, find(method, path, .tolerant, lead: lead, excludes: false))
    }

    /// The same, as an index; nil when the request is not limited.
    ///
    /// - Parameters:
    ///   - method: As the client wrote it.
    ///   - path: In its normal form.
    ///   - isPlain: Whether it is known that the path can be read in one way only.
    /// - Returns: The rule's index.
    public func rule(method: Span<UInt8>, path: Span<UInt8>, isPlain: Bool = false) -> Int? {
        guard case .rule(let index) = match(method: method, path: path, isPlain: isPlain) else { return nil }
        return index
    }

    /// A lead is of no use when separators are in doubt: what is one byte in a pattern may be three in the path.
    private func find(
        _ method: MethodSet, _ path: Span<UInt8>, _ reading: PathReading, lead: PathLead?, excludes: Bool
    ) -> Match {
        let all = self.entries
        let entries = all.span
        for index in entries.indices where excludes || entries[index].rule != nil {
            if let lead, !entries[index].mayMatch(lead, reading) { continue }
            guard entries[index].methods.takes(method), entries[index].pattern.matches(path, reading) else { continue }
            return entries[index].rule.map { .rule($0) } ?? .excluded
        }
        return .rule(policies.count - 1)
    }

    private func stricter(_ plain: Match, _ tolerant: Match) -> Match {
        guard case .rule(let other) = tolerant, other < policies.count - 1 else { return plain }
        guard case .rule(let own) = plain, own < policies.count - 1 else { return tolerant }
        let (one, two) = (policies[own].quota, policies[other].quota)
        return one.calls * two.periodSeconds <= two.calls * one.periodSeconds ? plain : tolerant
    }
}
