import Logging
import NetworkAddress
import Reactor
import Settings
import TLSSession
import Telemetry

/// The certificates to serve: those that the settings name and those of a folder, or a self-signed one.
///
/// That is made on first use, and again when the installation got a name that it does not have. Touched by the control
/// loop only, which polls `descriptor` and calls ``handleEvents(now:)`` and ``check(now:)``: the certificates are then
/// followed on the disk, and each new set goes to `publish`. Bad files keep the old set.
final class CertificateStore {
    /// A certificate that is served.
    struct Served: Sendable {
        let names: [String]
        /// Seconds since 1970.
        let notAfter: Int64
    }

    private let logger: Logger
    private let shelf: CertificateShelf
    private let date: () -> Int64
    /// Gets every new set of certificates; the first one is in `context` already.
    var publish: (TLSContext) -> Void = { _ in }
    /// What is served now.
    private(set) var context: TLSContext
    /// Looks that brought something new, and looks that found something wrong.
    private(set) var reloads = ReloadRecord()

    /// Finds and checks the certificates.
    ///
    /// - Parameters:
    ///   - settings: Where they are.
    ///   - logger: Hears what is served and what is wrong.
    ///   - date: The time of day, in seconds since 1970.
    /// - Throws: ``StartError`` when one that the settings name cannot be used, or there is none at all. One that has
    ///   expired is served: it tells a client more than no answer.
    init(
        settings: GatewaySettings, logger: Logger, date: @escaping () -> Int64 = { WallClock.milliseconds() / 1000 }
    ) throws(StartError) {
        self.logger = logger
        self.date = date
        let now = MonotonicClock.milliseconds()
        let places = try Self.places(settings, logger)
        do {
            shelf = try CertificateShelf(places: places, protocols: [.http2, .http1], now: now)
        } catch {
            throw StartError("Cannot watch the certificates: \(error). Raise the limit on inotify instances.")
        }
        let look = shelf.look(now: now, date: date())
        let named = Set(places.pairs.flatMap { [$0.chainPath, $0.keyPath] } + places.authorities.map(\.path))
        guard let context = look.context else {
            throw StartError(
                look.problems.first?.description ?? "There is no certificate. Set SIMPLETUNER_SSL_CERT and _KEY.")
        }
        if let problem = look.problems.first(where: { named.contains($0.path) && !$0.isTemporal }) {
            throw StartError(problem.description)
        }
        self.context = context
        tell(look.news)
    }

    /// Readable when something changed on the disk.
    var descriptor: Int32 { shelf.descriptor }

    /// When ``check(now:)`` has something to do next, in monotonic milliseconds.
    var nextCheck: Int64 { shelf.nextLook }

    /// The certificates that are served, the default first.
    var certificates: [Served] {
        context.pairs.map { Served(names: $0.names, notAfter: $0.notAfter) }
    }

    func handleEvents(now: Int64) {
        shelf.noticeChanges(now: now)
    }

    /// Looks at the files if it is time.
    func check(now: Int64) {
        if now >= shelf.nextLook { _ = look(now: now) }
    }

    /// Looks at the files now, where the settings say that they are now.
    ///
    /// - Parameters:
    ///   - settings: As they were read again.
    ///   - now: Monotonic milliseconds.
    /// - Returns: What is wrong, though it may have been told before; nil when nothing is.
    func reload(_ settings: GatewaySettings, now: Int64) -> String? {
        do throws(StartError) {
            shelf.places = try Self.places(settings, logger)
        } catch {
            reloads.failed()
            logger.error("The certificates stay as they are", metadata: ["problem": "\(error)"])
            return error.description
        }
        return look(now: now).problems.first?.description
    }

    private func look(now: Int64) -> CertificateShelf.Look {
        let look = shelf.look(now: now, date: date())
        tell(look.news)
        // A problem that stays is one failure, however often it is seen.
        let isNews = look.news.contains { if case .problem = $0 { true } else { false } }
        if !look.problems.isEmpty, isNews || reloads.wasLastSuccessful { reloads.failed() }
        if let fresh = look.context {
            context = fresh
            publish(fresh)
        }
        if look.problems.isEmpty, look.context != nil || !reloads.wasLastSuccessful { reloads.succeeded() }
        return look
    }

    private func tell(_ news: [CertificateNews]) {
        for item in news {
            switch item {
            case .served(let path, let names, let notAfter):
                logger.info(
                    "Certificate in use",
                    metadata: [
                        "path": "\(path)", "names": "\(names.joined(separator: " "))",
                        "not_after": "\(LogTimestamp.text(milliseconds: notAfter * 1000))",
                    ])
            case .removed(let path): logger.info("Certificate no longer in use", metadata: ["path": "\(path)"])
            case .problem(let error):
                logger.error("A certificate needs care", metadata: ["problem": "\(error)"])
            }
        }
    }

    private static func places(_ settings: GatewaySettings, _ logger: Logger) throws(StartError) -> CertificatePlaces {
        var places = CertificatePlaces(
            pairs: settings.tls.pairs.map { CertificatePlace(chainPath: $0.chainPath, keyPath: $0.keyPath) },
            folder: settings.tls.folder,
            authorities: settings.tls.clientAuthorities.map { AuthorityPlace(name: $0.name, path: $0.caPath) })
        if places.pairs.isEmpty, places.folder == nil { places.pairs = [try selfSigned(settings, logger)] }
        return places
    }

    private static func selfSigned(
        _ settings: GatewaySettings, _ logger: Logger
    ) throws(StartError) -> CertificatePlace {
        let place = CertificatePlace(
            chainPath: settings.paths.selfSignedCertificate, keyPath: settings.paths.selfSignedKey)
        let names = names(settings)
        if !SelfSignedCertificate.exists(chainPath: place.chainPath, names: names) {
            do {
                try SelfSignedCertificate.make(names: names, chainPath: place.chainPath, keyPath: place.keyPath)
            } catch {
                throw StartError(error.description)
            }
            logger.warning(
                "Made a self-signed certificate; clients must be told to trust it",
                metadata: ["path": "\(place.chainPath)"])
        }
        if settings.publicHost != nil {
            logger.warning(
                "The certificate is self-signed: a provider will not trust it. Set SIMPLETUNER_SSL_CERT and _KEY.")
        }
        return place
    }

    private static func names(_ settings: GatewaySettings) -> [SelfSignedCertificate.Name] {
        let fixed: [SelfSignedCertificate.Name] = [.dns("localhost"), .ip("127.0.0.1"), .ip("::1")]
        guard let host = settings.publicHost, host != "localhost" else { return fixed }
        return fixed + [IPAddress(host) == nil ? .dns(host) : .ip(host)]
    }
}
