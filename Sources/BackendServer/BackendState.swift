import AuditChain
import AuditTrail
import FoundationEssentials
import Glibc
import Hummingbird
import HummingbirdCore
import Jobs
import Logging
import NIOCore
import ObjectStore
import Providers
import S3
import ServiceLifecycle
import Settings
import Spool
import Storage
import UnixSignals
import Webhooks

/// Everything that is open while the backend runs, put together once.
struct BackendState: Sendable {
    /// Longer than the gateway keeps an unused connection, so that it is always the gateway that closes one.
    private static let idleTimeout = TimeAmount.seconds(120)
    private static let backlog = 4096
    private static let stopSeconds: Int64 = 30

    let settings: BackendSettings
    let database: JobDatabase
    /// The folder of `objects`.
    private let outputs: String
    private let objects: ObjectStore
    private let activity: UploadActivity
    private let tokens: UploadTokens
    private let seal: SecretSeal
    private let http: HTTPOutbound
    private let providers: ProviderDesk
    let policy: PolicyDesk
    private let webhooks: WebhookDesk
    private let audit: AuditDesk
    private let accounts: AccountDesk
    let events: EventHub
    private let uploads = UploadSteps()
    private let bell = QueueBell()
    private let underWay = SubmissionsUnderWay()
    private let absences = PredictionAbsences()
    private let clock: Clock = { Timestamp.now() }
    private let logger = Logger(label: "backend")
    private let startedAt = Timestamp.now()

    init(settings: BackendSettings) async throws {
        self.settings = settings
        if let secret = settings.webhookSecret, SigningSecret(secret) == nil {
            throw StartupError(
                "CLOUD_WEBHOOK_SECRET is not a signing secret. Set it to the provider's whsec_ text, or not at all.")
        }
        let path = DatabaseLocation.path(settings.paths) { FileManager.default.fileExists(atPath: $0) }
        if path != settings.paths.database {
            logger.notice("SimpleTuner's job database is used where it is", metadata: ["path": "\(path)"])
        }
        database = try JobDatabase(path: path)
        if let takeover = database.takeover {
            logger.notice(
                "the job database of SimpleTuner was taken over",
                metadata: ["carried": "\(takeover)", "copy": "\(path).simpletuner"])
        }
        let masterKey = try KeyFile.uploads(settings.paths.tokenKey).load()
        tokens = UploadTokens(masterKey: masterKey)
        seal = SecretSeal(masterKey: masterKey)
        let trail = TrailOpening(settings: settings, database: database, logger: logger, clock: clock)
        audit = AuditDesk(
            database: database, chain: try await trail.chain(),
            copy: HeadCopy(path: settings.paths.auditHead), logger: logger,
            budget: RefusalBudget(entriesMax: settings.auditEntriesMax == 0 ? nil : settings.auditEntriesMax),
            clock: clock)
        outputs = try await OutputFolder.path(settings, database)
        objects = try OutputFolder(path: outputs).open()
        activity = UploadActivity(clock: clock)
        http = HTTPOutbound()
        providers = try ProviderDesk(database: database, settings: settings, http: http, logger: logger, clock: clock)
        events = EventHub(clock: clock)
        accounts = AccountDesk(
            database: database, admitsAnybody: settings.admitsAnybody, events: events, clock: clock)
        webhooks = WebhookDesk(
            database: database, providers: providers, secrets: SigningSecrets(providers: providers),
            tokens: WebhookTokens(database: database, clock: clock),
            news: JobNews(events: events, audit: audit, logger: logger), audit: audit, logger: logger, clock: clock)
        policy = PolicyDesk(
            database: database, file: PolicyFile(path: settings.paths.policyFile),
            link: GatewayLink(
                socketPath: settings.paths.gatewaySocket, outbound: http.outbound(), stopwatch: .system),
            logger: logger)
    }

    var reconciler: Reconciler {
        Reconciler(
            database: database, providers: providers, webhooks: webhooks, news: news, absences: absences,
            logger: logger, clock: clock)
    }

    var inboxIngestion: InboxIngestion {
        InboxIngestion(folder: InboxFolder(path: settings.paths.inbox), desk: webhooks, logger: logger)
    }

    private var news: JobNews { JobNews(events: events, audit: audit, logger: logger) }

    var uploadSweep: UploadSweep {
        UploadSweep(store: objects, logger: logger, clock: clock)
    }

    var spoolIngestion: SpoolIngestion {
        SpoolIngestion(
            desk: audit, reader: SpoolReader(folder: settings.paths.auditSpool),
            guardian: HeadGuardian(desk: audit, logger: logger), logger: logger)
    }

    var auditRetention: AuditRetention {
        AuditRetention(
            desk: audit, days: settings.auditRetentionDays, entriesMax: settings.auditEntriesMax, logger: logger)
    }

    func application(listeningAt socket: SocketFile) -> some ApplicationProtocol {
        let allowed = Set([getuid(), 0] + settings.peerUserIDs)
        let logger = logger
        return Application(
            router: routes.router(),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [PeerCheck(allowed: allowed, logger: logger)],
                    idleTimeout: Self.idleTimeout)),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: socket.path), backlog: Self.backlog),
            onServerRunning: { _ in
                do { try socket.open() } catch {
                    logger.error("the socket's mode could not be set", metadata: ["error": "\(error)"])
                }
            },
            logger: logger
        )
    }

    func serviceConfiguration(_ services: [any Service]) -> ServiceGroupConfiguration {
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(Self.stopSeconds)
        return configuration
    }

    /// Writes into the trail that the environment leaves certificates unchecked: nobody else does, since nobody asked.
    func recordUnverifiedCalls() async {
        guard !providers.outbound.verifiesTLS else { return }
        var event = audit.event(.configChanged)
        (event.targetType, event.target) = ("config", "SIMPLETUNER_SSL_VERIFY")
        event.details["ssl_verify"] = "off"
        await audit.record(event)
    }

    /// Tells whoever reads the log how to make the first account from another machine.
    func tellSetupCode() async throws {
        guard try await database.hasNoAccounts() else { return }
        // A warning, so that it is there whatever the level of the log: the code is told nowhere else.
        logger.warning(
            """
            there are no accounts: whoever is on this machine administers, and the code makes the first account \
            from elsewhere (POST /api/auth/setup/first-admin, setup_code)
            """,
            metadata: ["setup_code": "\(accounts.setupCode.text)"])
        if settings.admitsAnybody {
            logger.warning("TUNERGATE_SINGLE_USER=anybody: until there is an account, every client administers")
        }
    }

    func close() async throws {
        try await http.shutdown()
        try database.close()
    }

    private var routes: BackendRoutes {
        let health = HealthDesk(
            providers: providers, policy: policy, objects: objects, audit: audit, outputs: outputs,
            startedAt: startedAt, logger: logger)
        let sync = JobSync(reconciler: reconciler)
        let logs = JobLogs(database: database, providers: providers)
        return BackendRoutes(
            jobs: jobRoutes(sync),
            observations: JobObservationRoutes(
                database: database, logs: logs, audience: LogAudience(logs: logs, clock: clock), sync: sync),
            providers: ProviderRoutes(desk: providers, policy: policy, audit: audit),
            tokens: TokenRoutes(desk: providers, audit: audit),
            inquiries: InquiryRoutes(desk: providers, platform: PlatformStatus()),
            probes: ProbeRoutes(
                webhooks: WebhookProbe(desk: providers),
                storage: StorageProbe(desk: providers, tokens: tokens, outputs: outputs)),
            webhooks: WebhookRoutes(desk: webhooks),
            events: EventRoutes(hub: events),
            uploads: UploadStepRoutes(steps: uploads),
            objects: objectRoutes,
            localUpload: LocalUploadRoutes(
                origin: settings.publicURL?.origin, outputs: outputs,
                isOpen: { [providers] in try await providers.servesStorage }),
            health: HealthRoutes(desk: health),
            metrics: MetricsRoutes(
                desk: MetricsDesk(
                    database: database, health: health, audit: audit, requests: RequestStatistics(),
                    gateway: policy.link, clock: clock)),
            audit: AuditRoutes(desk: audit),
            money: MoneyRoutes(submissions: submissions, cancellations: cancellations, audit: audit),
            accounts: accounts,
            subscriptions: SubscriptionRoutes(desk: subscriptions, audit: audit),
            pages: PageOrigin(publicHost: settings.publicURL?.host),
            crossOrigin: CrossOrigin(allowed: Set(settings.allowedOrigins))
        )
    }

    private var subscriptions: SubscriptionDesk {
        SubscriptionDesk(database: database, providers: providers, seal: seal, clock: clock)
    }

    var deliveryRunner: DeliveryRunner { DeliveryRunner(desk: subscriptions, logger: logger) }

    private var dispatcher: JobDispatcher {
        JobDispatcher(
            database: database, providers: providers, tokens: tokens, webhooks: webhooks, news: news, bell: bell,
            logger: logger, clock: clock)
    }

    var queueRunner: QueueRunner {
        QueueRunner(
            database: database, dispatcher: dispatcher, startedAt: startedAt,
            retentionDays: settings.jobRetentionDays == 0 ? nil : settings.jobRetentionDays, logger: logger,
            clock: clock)
    }

    private var submissions: SubmissionDesk {
        SubmissionDesk(
            database: database, providers: providers, tokens: tokens,
            configs: ConfigFolder(path: settings.paths.root + "/config"), dispatcher: dispatcher, uploads: uploads,
            underWay: underWay, clock: clock)
    }

    private var cancellations: CancellationDesk {
        CancellationDesk(database: database, providers: providers, news: news, clock: clock)
    }

    private func jobRoutes(_ sync: JobSync) -> JobRoutes {
        JobRoutes(
            database: database,
            submissions: submissions,
            cancellations: cancellations,
            queue: QueueDesk(database: database, dispatcher: dispatcher, clock: clock),
            audit: audit,
            uploadProgress: { [activity] job in activity.snapshot(job: job) },
            uploads: uploads,
            sync: sync,
            clock: clock
        )
    }

    private var objectRoutes: ObjectRoutes {
        let database = database
        let grants = UploadGrants(
            find: { [providers] hash in
                if let grant = providers.probeGrants.find(hash) { return grant }
                return try await database.uploadGrant(tokenHash: hash, now: Date()).map(UploadGrants.Grant.init)
            },
            active: {
                try await database.activeUploadGrants(limit: UploadGrants.activeMax, now: Date())
                    .map(UploadGrants.Grant.init)
            })
        return ObjectRoutes(
            store: objects, tokens: tokens, grants: grants,
            ownJobs: { try await database.jobIDs(of: $0) }, activity: activity,
            publicHost: settings.publicURL?.authority, isOpen: { [providers] in try await providers.servesStorage },
            clock: clock)
    }
}

extension UploadGrants.Grant {
    fileprivate init(_ grant: UploadGrant) { self.init(job: grant.jobID, nonce: grant.nonce) }
}

extension PublicURL {
    /// Host and port, as clients write them into `Host`.
    fileprivate var authority: String { String(origin.drop { $0 != "/" }.dropFirst(2)) }
}
