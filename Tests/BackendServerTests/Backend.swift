import AuditChain
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Jobs
import Logging
import NIOCore
import NetworkAddress
import ObjectStore
import Providers
import S3
import Secrets
import Settings
import Testing

@testable import BackendServer
@testable import Storage

/// The backend's own routes over a real database, with a clock and a provider of the test's.
struct Backend {
    let folder: TemporaryFolder
    let database: JobDatabase
    let replicate = FakeReplicate()
    let gateway: FakeGateway
    let policy: PolicyDesk
    let now = Timestamp(seconds: 1_700_000_000)
    let providers: ProviderDesk
    let audit: AuditDesk
    let events: EventHub
    let uploads = UploadSteps()
    var underWay = SubmissionsUnderWay()
    let bell = QueueBell()
    let absences = PredictionAbsences()
    let audience: LogAudience
    let webhooks: WebhookDesk
    let accounts: AccountDesk
    let news: JobNews
    let tokens = UploadTokens(masterKey: Array(repeating: 7, count: 32))
    let time = FakeTime()

    /// - Parameters:
    ///   - variables: The environment.
    ///   - addresses: Of the names that there are.
    ///   - clockGoes: Whether the date goes on with `time`, or stays `now`.
    /// - Throws: When the environment cannot be used.
    init(
        _ variables: [String: String] = [:], addresses: [String: [IPAddress]] = [:], clockGoes: Bool = false
    ) throws {
        folder = try TemporaryFolder()
        var environment = [
            "SIMPLETUNER_STATE_DIR": folder.path, "TUNERGATE_RUNTIME_DIR": "/run/t", "REPLICATE_API_TOKEN": "r8_x",
            "TUNERGATE_REPLICATE_URL": "http://stand-in", "SIMPLETUNER_PUBLIC_URL": "https://t.example:8001",
        ]
        environment.merge(variables) { _, new in new }
        let settings = try BackendSettings(environment: Environment(environment))
        database = try JobDatabase(path: settings.paths.database)
        let start = now
        let standing: @Sendable () -> Timestamp = { start }
        let clock = clockGoes ? time.clock(from: start) : standing
        let (pacing, replicate) = (time.pacing(clock: clock), self.replicate)
        providers = ProviderDesk(
            database: database, settings: settings, outbound: try OutboundSettings(settings.outbound),
            factory: replicate.factory, breakers: BreakerRegistry(names: ["replicate"], pacing: pacing), pacing: pacing,
            secrets: Secrets(settings, outbound: { _ in replicate.outbound }, logger: Self.silence),
            resolver: NameResolver { host in IPAddress(host).map { [$0] } ?? addresses[host] ?? [] },
            clock: clock)
        let file = folder.path + "/policy.json"
        gateway = FakeGateway(policyFile: file)
        policy = PolicyDesk(
            database: database, file: PolicyFile(path: file),
            link: GatewayLink(
                socketPath: "/run/t/gateway.sock", outbound: gateway.outbound, stopwatch: gateway.stopwatch),
            logger: Self.silence)
        audit = AuditDesk(
            database: database, chain: HashChain(key: Array(repeating: 9, count: 32)),
            copy: HeadCopy(path: folder.path + "/audit.head"), logger: Self.silence, clock: clock)
        events = EventHub(clock: clock)
        accounts = AccountDesk(
            database: database, admitsAnybody: settings.admitsAnybody, events: events, clock: clock)
        news = JobNews(events: events, audit: audit, logger: Self.silence)
        audience = LogAudience(logs: JobLogs(database: database, providers: providers), clock: clock)
        webhooks = WebhookDesk(
            database: database, providers: providers, secrets: SigningSecrets(providers: providers),
            tokens: WebhookTokens(database: database, clock: clock), news: news, audit: audit,
            logger: Self.silence, clock: clock)
    }

    var reconciler: Reconciler { reconciler(after: 0) }

    /// As it is some seconds later.
    func reconciler(after seconds: Int64) -> Reconciler {
        let clock = providers.clock
        return Reconciler(
            database: database, providers: providers, webhooks: webhooks, news: news, absences: absences,
            logger: Self.silence, clock: { clock().adding(seconds: seconds) })
    }

    static let silence = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// The routes of the product.
    func routes() throws -> Router<BackendContext> {
        let outputs = folder.path + "/outputs"
        let health = HealthDesk(
            providers: providers, policy: policy, objects: try OutputFolder(path: outputs).open(), audit: audit,
            outputs: outputs, startedAt: now.adding(seconds: -5), logger: Self.silence)
        return BackendRoutes(
            jobs: jobs,
            observations: JobObservationRoutes(
                database: database, logs: JobLogs(database: database, providers: providers), audience: audience,
                sync: JobSync(reconciler: reconciler)),
            providers: ProviderRoutes(desk: providers, policy: policy, audit: audit),
            tokens: TokenRoutes(desk: providers, audit: audit),
            inquiries: InquiryRoutes(desk: providers, platform: PlatformStatus()),
            probes: ProbeRoutes(
                webhooks: WebhookProbe(desk: providers),
                storage: StorageProbe(desk: providers, tokens: tokens, outputs: outputs)),
            webhooks: WebhookRoutes(desk: webhooks),
            events: EventRoutes(hub: events),
            uploads: UploadStepRoutes(steps: uploads, unknownLooksMax: 1),
            objects: ObjectRoutes(
                store: try ObjectStore(root: outputs), tokens: tokens,
                grants: UploadGrants(find: { _ in nil }, active: { [] }),
                ownJobs: { [database] in try await database.jobIDs(of: $0) },
                activity: UploadActivity(clock: providers.clock), isOpen: { try await providers.servesStorage }),
            localUpload: LocalUploadRoutes(
                origin: "https://t.example:8001", outputs: outputs,
                isOpen: { try await providers.servesStorage }),
            health: HealthRoutes(desk: health),
            metrics: MetricsRoutes(
                desk: MetricsDesk(
                    database: database, health: health, audit: audit, requests: RequestStatistics(),
                    gateway: policy.link, clock: providers.clock)),
            audit: AuditRoutes(desk: audit),
            money: MoneyRoutes(submissions: submissions, cancellations: cancellations, audit: audit),
            accounts: accounts, subscriptions: SubscriptionRoutes(desk: subscriptions, audit: audit),
            pages: PageOrigin(publicHost: nil), crossOrigin: CrossOrigin(allowed: ["http://localhost:8000"])
        ).router()
    }

    var subscriptions: SubscriptionDesk {
        SubscriptionDesk(
            database: database, providers: providers, seal: SecretSeal(masterKey: Array(repeating: 7, count: 32)),
            clock: providers.clock)
    }

    var dispatcher: JobDispatcher {
        JobDispatcher(
            database: database, providers: providers, tokens: tokens, webhooks: webhooks, news: news, bell: bell,
            logger: Self.silence, clock: providers.clock)
    }

    var submissions: SubmissionDesk {
        SubmissionDesk(
            database: database, providers: providers, tokens: tokens,
            configs: ConfigFolder(path: folder.path + "/config"), dispatcher: dispatcher, uploads: uploads,
            underWay: underWay, clock: providers.clock)
    }

    private var cancellations: CancellationDesk {
        CancellationDesk(database: database, providers: providers, news: news, clock: providers.clock)
    }

    private var jobs: JobRoutes {
        JobRoutes(
            database: database,
            submissions: submissions,
            cancellations: cancellations,
            queue: QueueDesk(database: database, dispatcher: dispatcher, clock: providers.clock),
            audit: audit, uploadProgress: { ["files": 1, "of": .string($0)] }, uploads: uploads,
            sync: JobSync(reconciler: reconciler), clock: providers.clock
        )
    }

    struct Answer {
        let status: Int
        let text: String
        let headers: HTTPFields

        /// The body as JSON; null when it is none.
        var body: JSONValue { (try? JSONValue(parsing: text)) ?? .null }
    }

    /// One request to the routes, without a socket.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, headers: [String: String] = [:],
        to routes: Router<BackendContext>? = nil
    ) async throws -> Answer {
        if policy.file.version == nil { try? await policy.begin() }
        let fields = HTTPFields(
            try headers.map { HTTPField(name: try #require(HTTPField.Name($0.key)), value: $0.value) })
        return try await Application(router: try routes ?? self.routes(), logger: Self.silence).test(.router) {
            client in
            let response = try await client.execute(
                uri: path, method: method, headers: fields, body: body.map { ByteBuffer(string: $0) })
            return Answer(
                status: response.status.code, text: String(buffer: response.body),
                headers: response.headers)
        }
    }

    /// Puts a job there as it is, without an order.
    func put(_ job: Job) async throws {
        try await database.write { try JobTable.insert(job, upload: nil, into: $0) }
    }

    func submit(_ body: String) async throws -> JSONValue {
        let answer = try await send(.post, "/api/cloud/jobs/submit", body)
        #expect(answer.status == 200)
        return answer.body
    }

    /// A webhook, signed as Replicate does.
    func webhook(
        _ body: String, id: String = "m1", query: String = "", secret: String = FakeReplicate.secret,
        headers: [String: String] = [:], to routes: Router<BackendContext>? = nil
    ) async throws -> Answer {
        var signed = try Self.signature(body, id: id, seconds: Int64(now.seconds), secret: secret)
        signed.merge(headers) { _, new in new }
        return try await send(.post, "/api/webhooks/replicate\(query)", body, headers: signed, to: routes)
    }

    /// The headers that Replicate signs with.
    static func signature(
        _ body: String, id: String, seconds: Int64, secret: String = FakeReplicate.secret
    ) throws -> [String: String] {
        let key = try #require(Data(base64Encoded: String(secret.dropFirst("whsec_".count))))
        let time = "\(seconds)"
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(id).\(time).\(body)".utf8), using: SymmetricKey(data: key))
        return [
            "webhook-id": id, "webhook-timestamp": time,
            "webhook-signature": "v1,\(Data(code).base64EncodedString())",
        ]
    }
}
