import AuditChain
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
    private let objects: ObjectStore
    private let activity: UploadActivity
    private let tokens: UploadTokens
    private let http: HTTPOutbound
    private let providers: ProviderDesk
    let policy: PolicyDesk
    private let webhooks: WebhookDesk
    private let audit: AuditDesk
    let events: EventHub
    private let uploads = UploadSteps()
    private let clock: Clock = { Timestamp.now() }
    private let logger = Logger(label: "backend")
    private let startedAt = Timestamp.now()

    init(settings: BackendSettings) async throws {
        self.settings = settings
        if let secret = settings.webhookSecret, SigningSecret(secret) == nil {
            throw StartupError(
                "CLOUD_WEBHOOK_SECRET is not a signing secret. Set it to the provider's whsec_ text, or not at all.")
        }
        database = try JobDatabase(path: settings.paths.database)
        tokens = UploadTokens(masterKey: try KeyFile.uploads(settings.paths.tokenKey).load())
        let trail = TrailOpening(settings: settings, database: database, logger: logger, clock: clock)
        audit = AuditDesk(
            database: database, chain: try await trail.chain(),
            copy: HeadCopy(path: settings.paths.auditHead), logger: logger,
            budget: RefusalBudget(entriesMax: settings.auditEntriesMax == 0 ? nil : settings.auditEntriesMax),
            clock: clock)
        events = EventHub(clock: clock)
        objects = try OutputFolder(path: settings.paths.outputs).open()
        activity = UploadActivity(clock: clock)
        http = HTTPOutbound()
        providers = ProviderDesk(database: database, settings: settings, outbound: http.outbound, clock: clock)
        webhooks = WebhookDesk(
            database: database, providers: providers, secrets: SigningSecrets(providers: providers),
            tokens: WebhookTokens(database: database, clock: clock),
            news: JobNews(events: events, audit: audit, logger: logger), audit: audit, logger: logger, clock: clock)
        policy = PolicyDesk(
            database: database, file: PolicyFile(path: settings.paths.policyFile),
            link: GatewayLink(
                socketPath: settings.paths.gatewaySocket, outbound: http.outbound, stopwatch: .system),
            logger: logger)
    }

    var reconciler: Reconciler {
        Reconciler(
            database: database, providers: providers, webhooks: webhooks, news: news, logger: logger, clock: clock)
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

    func close() async throws {
        try await http.shutdown()
        try database.close()
    }

    private var routes: BackendRoutes {
        let health = HealthDesk(
            providers: providers, policy: policy, objects: objects, audit: audit, outputs: settings.paths.outputs,
            startedAt: startedAt, logger: logger)
        let sync = JobSync(reconciler: reconciler)
        return BackendRoutes(
            jobs: jobRoutes(sync),
            observations: JobObservationRoutes(
                database: database, logs: JobLogs(database: database, providers: providers), sync: sync),
            providers: ProviderRoutes(desk: providers, policy: policy, audit: audit),
            webhooks: WebhookRoutes(desk: webhooks),
            events: EventRoutes(hub: events),
            uploads: UploadStepRoutes(steps: uploads),
            objects: objectRoutes,
            health: HealthRoutes(desk: health),
            metrics: MetricsRoutes(desk: MetricsDesk(database: database, health: health, audit: audit, clock: clock)),
            audit: AuditRoutes(desk: audit),
            pages: PageOrigin(publicHost: settings.publicURL?.host)
        )
    }

    private func jobRoutes(_ sync: JobSync) -> JobRoutes {
        JobRoutes(
            database: database,
            submissions: SubmissionDesk(
                database: database, providers: providers, tokens: tokens,
                configs: ConfigFolder(path: settings.paths.root + "/config"), webhooks: webhooks, news: news,
                uploads: uploads, logger: logger, clock: clock),
            cancellations: CancellationDesk(
                database: database, providers: providers, news: news, clock: clock),
            audit: audit,
            uploadProgress: { [activity] job in activity.snapshot(job: job) },
            sync: sync,
            clock: clock
        )
    }

    private var objectRoutes: ObjectRoutes {
        let database = database
        let grants = UploadGrants(
            find: { hash in
                try await database.uploadGrant(tokenHash: hash, now: Date()).map(UploadGrants.Grant.init)
            },
            active: {
                try await database.activeUploadGrants(limit: UploadGrants.activeMax, now: Date())
                    .map(UploadGrants.Grant.init)
            })
        return ObjectRoutes(
            store: objects, tokens: tokens, grants: grants, activity: activity,
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
