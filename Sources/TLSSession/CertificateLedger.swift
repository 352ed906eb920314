/// What is served, and what the operator was told about what is not.
///
/// Decides what a look at the files means: a good pair replaces the old one, a bad one leaves it, and each distinct
/// problem is told once until the pair is good again. Knows no file and no clock.
struct CertificateLedger {
    /// What a look found at one place.
    typealias Finding = (place: CertificatePlace, found: Result<CertificatePair, CertificateError>)

    private var served: [CertificatePlace: CertificatePair] = [:]
    private var told: [CertificatePlace: Set<CertificateError>] = [:]

    /// What a look came to.
    struct Verdict {
        /// In the order of the places.
        var pairs: [CertificatePair] = []
        var hasChanged = false
        /// All that is wrong now, also what was told before.
        var problems: [CertificateError] = []
        var news: [CertificateNews] = []
    }

    /// The places whose pairs are served.
    var places: some Collection<CertificatePlace> { served.keys }

    /// Takes what a look found.
    ///
    /// A place that was served and is not among the findings is gone, and so is its pair; but the last pair never goes.
    ///
    /// - Parameters:
    ///   - findings: In the order of preference.
    ///   - date: Seconds since 1970.
    /// - Returns: What is served from now on, and what to tell.
    mutating func settle(_ findings: [Finding], date: Int64) -> Verdict {
        var verdict = Verdict()
        let isStart = served.isEmpty
        for (place, found) in findings {
            switch found {
            case .failure(let error): tell(error, at: place, &verdict)
            case .success(let pair): consider(pair, at: place, date: date, isStart: isStart, &verdict)
            }
        }
        let present = Set(findings.map(\.place))
        let gone = served.keys.filter { !present.contains($0) }
        if gone.count < served.count {
            for place in gone {
                served[place] = nil
                told[place] = nil
                verdict.hasChanged = true
                verdict.news.append(.removed(path: place.chainPath))
            }
        }
        verdict.pairs = findings.compactMap { served[$0.place] } + gone.compactMap { served[$0] }
        return verdict
    }

    private mutating func consider(
        _ pair: CertificatePair, at place: CertificatePlace, date: Int64, isStart: Bool, _ verdict: inout Verdict
    ) {
        let problem = pair.problem(at: date)
        if let old = served[place], old.digest == pair.digest {
            // What is served stays, also beyond its end: an expired certificate tells a client more than none.
            if let problem { tell(problem, at: place, &verdict) } else { told[place] = nil }
            return
        }
        if let problem {
            tell(problem, at: place, &verdict)
            // At the start there is nothing better to show.
            guard isStart else { return }
        } else {
            told[place] = nil
        }
        served[place] = pair
        verdict.hasChanged = true
        verdict.news.append(.served(path: place.chainPath, names: pair.names, notAfter: pair.notAfter))
    }

    private mutating func tell(_ error: CertificateError, at place: CertificatePlace, _ verdict: inout Verdict) {
        verdict.problems.append(error)
        if told[place, default: []].insert(error).inserted { verdict.news.append(.problem(error)) }
    }
}

/// What the operator should hear about.
public enum CertificateNews: Equatable, Sendable {
    case served(path: String, names: [String], notAfter: Int64)
    case removed(path: String)
    case problem(CertificateError)
}
