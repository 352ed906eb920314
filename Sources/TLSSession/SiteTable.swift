/// Which certificates, and whose clients' certificates, belong to which server name.
///
/// Knows names and numbers only: a certificate pair and an authority are indices into their owner's lists.
struct SiteTable {
    /// What a client that asks for one of its names is shown and asked for.
    struct Site: Hashable {
        /// One certificate pair for each kind of key, the preferred kind first.
        let pairs: [Int]
        /// Whose certificate the client must have; nil asks for none.
        let authority: Int?
    }

    /// A certificate pair's part in the choice.
    struct Candidate {
        let names: [String]
        let kind: KeyKind
    }

    /// The first is for clients that ask for no name, or for one that nobody has.
    private(set) var sites: [Site] = []
    private var exact: [String: Int] = [:]
    private var patterns: [String: Int] = [:]

    /// Ranks the pairs for each of their names.
    ///
    /// - Parameters:
    ///   - candidates: The first is the default; of two for the same name and kind of key the earlier one counts.
    ///   - authorities: Names, or patterns, whose clients must have a certificate.
    init(_ candidates: [Candidate], authorities: [String] = []) {
        precondition(!candidates.isEmpty, "a site table needs a default certificate")
        let byName = Dictionary(
            candidates.enumerated().flatMap { index, candidate in candidate.names.map { ($0, [index]) } },
            uniquingKeysWith: +)
        let demands = Dictionary(
            authorities.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let standing = Self.ranked([0] + candidates[0].names.flatMap { byName[$0] ?? [] }, candidates)
        sites = [Site(pairs: standing, authority: nil)]
        var known: [Site: Int] = [:]
        for name in Set(byName.keys).union(demands.keys) {
            let pattern = ServerName.pattern(for: name)
            let found = (byName[name] ?? []) + (pattern.flatMap { byName[$0] } ?? [])
            let site = Site(
                pairs: found.isEmpty ? standing : Self.ranked(found, candidates),
                authority: demands[name] ?? pattern.flatMap { demands[$0] })
            let index = known[site] ?? add(site)
            known[site] = index
            if name.hasPrefix("*") { patterns[name] = index } else { exact[name] = index }
        }
    }

    /// The site of a name in normal form.
    func index(of name: String) -> Int {
        if let index = exact[name] { return index }
        guard let pattern = ServerName.pattern(for: name) else { return 0 }
        return patterns[pattern] ?? 0
    }

    private mutating func add(_ site: Site) -> Int {
        if site == sites[0] { return 0 }
        sites.append(site)
        return sites.count - 1
    }

    /// The first of each kind, by the kinds' order.
    private static func ranked(_ pairs: [Int], _ candidates: [Candidate]) -> [Int] {
        KeyKind.allCases.compactMap { kind in pairs.first { candidates[$0].kind == kind } }
    }
}

/// What a certificate's key is, in the order in which they are offered.
///
/// An elliptic curve's signature is the cheapest; RSA is for clients that know nothing else.
public enum KeyKind: CaseIterable, Sendable {
    case ecdsa, ed25519, rsa
}
