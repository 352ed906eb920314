public import Reactor

/// The certificates of an installation: read, checked, watched, and made into contexts.
///
/// Touched by one thread, which polls `descriptor` and calls ``noticeChanges(now:)``, and ``look(now:date:)`` when
/// `nextLook` has come. Tells what happened; whoever owns it logs and hands out the contexts.
public final class CertificateShelf {
    /// Where the certificates are; other places count from the next look on.
    public var places: CertificatePlaces
    private let protocols: [ApplicationProtocol]
    private let tickets = TicketKeys()
    private let watch: FolderWatch
    private var ledger = CertificateLedger()
    private var authorities: [AuthorityPlace: ClientAuthority] = [:]
    private var toldElsewhere: Set<CertificateError> = []
    private var schedule: LookSchedule
    /// What is served; nil until a first look found a certificate.
    public private(set) var context: TLSContext?

    /// What a look at the files came to.
    public struct Look {
        /// Set when something else is served from now on.
        public var context: TLSContext?
        /// All that is wrong now, also what was told before.
        public var problems: [CertificateError]
        /// What has happened since the look before.
        public var news: [CertificateNews]
    }

    /// - Parameters:
    ///   - places: Where the certificates are.
    ///   - protocols: What is spoken, the preferred one first.
    ///   - now: Monotonic milliseconds.
    /// - Throws: When the process may have no more descriptors.
    public init(places: CertificatePlaces, protocols: [ApplicationProtocol], now: Int64) throws(SystemError) {
        self.places = places
        self.protocols = protocols
        watch = try FolderWatch()
        schedule = LookSchedule(now: now)
    }

    /// Readable when something changed in a watched folder.
    public var descriptor: Int32 { watch.descriptor }

    /// When to call ``look(now:date:)`` next, in monotonic milliseconds.
    public var nextLook: Int64 { schedule.next }

    public func noticeChanges(now: Int64) {
        if watch.takeChanges() { schedule.changed(now: now) }
    }

    /// Reads all files again, and makes a new context when they changed for the better.
    ///
    /// - Parameters:
    ///   - now: Monotonic milliseconds.
    ///   - date: Seconds since 1970.
    /// - Returns: The new context, if there is one, and what to tell.
    public func look(now: Int64, date: Int64) -> Look {
        schedule.looked(now: now)
        let inFolder = places.folder.map(CertificateFiles.pairs) ?? []
        let pairs = currentPairs(inFolder)
        // Watched before they are read: what changes in between is noticed.
        follow(pairs)
        let findings = pairs.map { place in
            (place, Result { () throws(CertificateError) in try CertificateFiles.pair(place) })
        }
        var verdict = ledger.settle(findings, date: date)
        var problems = readAuthorities(&verdict)
        if let folder = places.folder, inFolder.isEmpty {
            problems.insert(CertificateError(path: folder, problem: .emptyFolder))
        }
        if let folder = places.folder, inFolder.count > CertificateFolder.pairsMax {
            problems.insert(CertificateError(path: folder, problem: .tooMany))
        }
        verdict.news += problems.subtracting(toldElsewhere).map(CertificateNews.problem)
        toldElsewhere = problems
        return Look(
            context: renewed(verdict), problems: verdict.problems + problems, news: verdict.news)
    }

    private func renewed(_ verdict: CertificateLedger.Verdict) -> TLSContext? {
        // Without its authorities a name would be open to everybody.
        let isComplete = authorities.count == Set(places.authorities).count
        guard verdict.hasChanged || context == nil, !verdict.pairs.isEmpty, isComplete else { return nil }
        let made = TLSContext(
            pairs: verdict.pairs, authorities: places.authorities.compactMap { authorities[$0] },
            protocols: protocols, tickets: tickets)
        context = made
        return made
    }

    /// The places that the settings name, those found in the folder, and those of served pairs that are half gone.
    private func currentPairs(_ inFolder: [CertificatePlace]) -> [CertificatePlace] {
        var seen: Set<CertificatePlace> = []
        let named = (places.pairs + inFolder).filter { seen.insert($0).inserted }.prefix(CertificateFolder.pairsMax)
        let vanishing = ledger.places.filter { place in
            !seen.contains(place)
                && (CertificateFiles.exists(place.chainPath) || CertificateFiles.exists(place.keyPath))
        }
        return named + vanishing.sorted { $0.chainPath < $1.chainPath }
    }

    private func follow(_ pairs: [CertificatePlace]) {
        var folders: Set<String> = []
        for path in pairs.flatMap({ [$0.chainPath, $0.keyPath] }) + places.authorities.map(\.path) {
            folders.formUnion(FileTrail.folders(of: path))
        }
        if let folder = places.folder {
            for below in [folder] + CertificateFiles.foldersBelow(folder) {
                folders.formUnion(FileTrail.folders(of: below + "/."))
            }
        }
        watch.follow(folders)
    }

    /// An authority that cannot be read leaves the one before in force.
    private func readAuthorities(_ verdict: inout CertificateLedger.Verdict) -> Set<CertificateError> {
        var problems: Set<CertificateError> = []
        for place in Set(places.authorities) {
            do throws(CertificateError) {
                let read = try CertificateFiles.authority(place)
                guard authorities[place]?.digest != read.digest else { continue }
                authorities[place] = read
                verdict.hasChanged = true
            } catch {
                problems.insert(error)
            }
        }
        return problems
    }
}
