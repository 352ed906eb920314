import AuditTrail
import HTTPTypes
import Hummingbird
import JSON
import Jobs
import Logging
import NetworkAddress
import Providers
import Settings
import Storage
import Webhooks

/// Takes in what providers have to say, believes it or not, and applies it once.
struct WebhookDesk: Sendable {
    static let bodyMax = 1024 * 1024

    let database: JobDatabase
    let providers: ProviderDesk
    let secrets: SigningSecrets
    let tokens: WebhookTokens
    let news: JobNews
    let audit: AuditDesk
    let logger: Logger
    let clock: Clock

    /// A webhook as it came.
    struct Message: Sendable {
        let signature: WebhookSignature?
        /// What a trainer shows instead of a signature.
        let token: String?
        let body: [UInt8]
        /// The job in the query of the address, which nobody signed.
        let addressee: String?
        /// When it came, if that was before now: the gateway kept it while nobody was there to take it.
        var keptSince: Timestamp?
    }

    /// Why a message is believed.
    private enum Trust {
        case signature
        /// The job that a token was made for.
        case token(Job)
        /// Signatures are not required.
        case nobody
    }

    enum Answer: Equatable {
        case received(Job, updates: [String: JSONValue])
        case duplicate
        /// It waits for its job.
        case parked(subject: String)
        case ignored(reason: String)
    }

    /// Lets in the addresses that are configured; nobody's address is none of them, not even of all addresses.
    ///
    /// The gateway has refused the others already, unless it started just now and has no policy yet.
    func admits(_ client: IPAddress?, _ configuration: ProviderConfiguration) -> Bool {
        let allowed = configuration.effectiveAllowlist
        guard !allowed.isEmpty else { return true }
        guard let client, client != ClientIdentity.unknown else { return false }
        return allowed.contains { CIDRBlock($0)?.contains(client) ?? false }
    }

    /// Refuses a request, and writes that down.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - provider: Whose route was asked.
    ///   - sentence: Why; it names nothing that the sender does not know.
    ///   - context: Knows the client.
    func note(
        refused request: Request, from provider: ProviderName, _ sentence: String, _ context: BackendContext
    ) async {
        var event = audit.event(.webhookRejected)
        event.take(from: request, context)
        (event.targetType, event.target) = ("provider", provider.rawValue)
        event.details["reason"] = sentence
        await note(refused: event, client: context.clientAddress ?? ClientIdentity.unknown)
    }

    func note(refused event: AuditEvent, client: IPAddress) async {
        await audit.recordRefusal(
            event, key: EventCoalescer.Key(client: client.limitKey(), route: 0),
            traits: EventCoalescer.Traits(
                client: client, endpoint: event.endpoint.hashValue, userAgent: event.userAgent.hashValue))
    }

    /// Verifies and applies a message.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - provider: Who it is from.
    ///   - configuration: Of that provider.
    /// - Returns: What became of it, after that is on the disk.
    /// - Throws: `Refusal` for what is not believed or not understood.
    func take(
        _ message: Message, from provider: ProviderName, _ configuration: ProviderConfiguration
    ) async throws -> Answer {
        let trust = try await verify(message, configuration)
        guard let payload = try? JSONValue(parsing: message.body), payload.members != nil else {
            throw Refusal(.badRequest, "Invalid JSON payload")
        }
        guard let event = WebhookEvent(payload) else { return .ignored(reason: "no job_id") }
        if case .token(let job) = trust { try await check(event, speaksOf: job) }
        let delivery = delivery(message, event, provider, trust)
        return try await apply(event, payload, delivery, configuration)
    }

    /// Applies the events that came before their jobs were known, as far as they are known now.
    func settle() async {
        do {
            for parked in try await database.dueParkedWebhooks(limit: Self.settledMax) {
                guard let provider = ProviderName(rawValue: parked.provider),
                    let payload = try? JSONValue(parsing: Array(parked.payload.utf8)), let event = WebhookEvent(payload)
                else { continue }
                let delivery = WebhookDelivery(
                    provider: parked.provider, webhookID: parked.webhookID, subject: parked.subject, addressee: nil)
                _ = try await apply(event, payload, delivery, providers.configuration(of: provider))
            }
        } catch {
            logger.error("webhooks that came early could not be applied", metadata: ["error": "\(error)"])
        }
    }

    private static let settledMax = 100

    private func apply(
        _ event: WebhookEvent, _ payload: JSONValue, _ delivery: WebhookDelivery, _ configuration: ProviderConfiguration
    ) async throws -> Answer {
        let (prices, now) = (configuration.prices, clock())
        var update = event.update
        // Only the platform knows its own ids for sure.
        if delivery.webhookID == nil { update.externalID = nil }
        let news = update
        let record = try await database.recordWebhook(delivery, now: now) { job in
            job.apply(news, prices: prices, now: now)
        }
        await stopIfCancelled(record, event, configuration)
        return await answer(record, delivery, payload)
    }

    /// Refuses a trainer's event that names another job than its token's.
    ///
    /// A name that nobody knows is the trainer's own word for itself.
    private func check(_ event: WebhookEvent, speaksOf job: Job) async throws {
        guard event.subject != job.id, event.subject != job.externalID,
            try await database.knowsJob(event.subject)
        else { return }
        throw Refusal(.forbidden, "The webhook token is for another job")
    }

    /// Stops a prediction whose job was cancelled while nobody knew that it had been started: it costs money.
    private func stopIfCancelled(
        _ record: WebhookRecord, _ event: WebhookEvent, _ configuration: ProviderConfiguration
    ) async {
        guard case .applied(_, let job) = record, job.status == .cancelled, event.update.status?.isTerminal == false,
            let id = job.externalID, let client = await providers.replicate(configuration)
        else { return }
        do throws(ProviderError) {
            _ = try await client.cancelPrediction(id)
        } catch {
            logger.warning(
                "a cancelled job still runs", metadata: ["job": "\(job.id)", "reason": "\(error.sentence)"])
        }
    }

    private func delivery(
        _ message: Message, _ event: WebhookEvent, _ provider: ProviderName, _ trust: Trust
    ) -> WebhookDelivery {
        if case .token(let job) = trust {
            return WebhookDelivery(provider: provider.rawValue, webhookID: nil, subject: job.id, addressee: nil)
        }
        return WebhookDelivery(
            provider: provider.rawValue,
            webhookID: message.signature?.id,
            subject: event.subject,
            addressee: message.addressee.flatMap { JobID.isPlausible($0) ? $0 : nil },
            payload: event.isPrediction && message.body.count <= Self.parkedBytesMax
                ? String(decoding: message.body, as: UTF8.self) : nil
        )
    }

    /// What is longer is not kept for later; the reconciler asks for it.
    private static let parkedBytesMax = 64 * 1024

    private func verify(_ message: Message, _ configuration: ProviderConfiguration) async throws -> Trust {
        guard let signature = message.signature else {
            if let token = message.token {
                guard let job = try await tokens.job(of: token) else {
                    throw Refusal(.unauthorized, "Invalid webhook token")
                }
                return .token(job)
            }
            guard configuration.requiresSignature else { return .nobody }
            throw Refusal(.unauthorized, "Webhook signature required but not provided.")
        }
        // A signature that is there is checked even where none is required.
        guard let secret = try await secrets.current() else {
            throw Refusal(.unauthorized, "Webhook signature verification failed: no signing secret configured.")
        }
        let now = message.keptSince ?? clock()
        if isValid(signature, message.body, secret, now) { return .signature }
        guard let newer = try await secrets.replacement(), isValid(signature, message.body, newer, now) else {
            throw Refusal(.unauthorized, "Invalid webhook signature")
        }
        return .signature
    }

    private func isValid(
        _ signature: WebhookSignature, _ body: [UInt8], _ secret: SigningSecret, _ now: Timestamp
    ) -> Bool {
        signature.isValid(
            body: body, secrets: [secret], nowSeconds: Int64(now.seconds),
            toleranceSeconds: Int64(providers.settings.webhookToleranceSeconds))
    }

    private func answer(_ record: WebhookRecord, _ delivery: WebhookDelivery, _ payload: JSONValue) async -> Answer {
        switch record {
        case .duplicate: return .duplicate
        case .unknownJob: return .ignored(reason: "unknown job")
        case .parked: return .parked(subject: delivery.subject)
        case .applied(let before, let after):
            let updates = after.changes(since: before)
            await news.tell(before, after, by: .webhook(id: delivery.webhookID))
            for event in WebhookBroadcast(job: after, updates: updates, payload: payload).events {
                news.events.publish(event)
            }
            return .received(after, updates: updates)
        }
    }
}

extension Job {
    /// What a webhook changed, by the names that its sender knows.
    fileprivate func changes(since before: Job) -> [String: JSONValue] {
        var changes: [String: JSONValue] = [:]
        if status != before.status { changes["status"] = .string(status.rawValue) }
        if errorMessage != before.errorMessage { changes["error_message"] = errorMessage.map { .string($0) } }
        if outputURL != before.outputURL { changes["output_url"] = outputURL.map { .string($0) } }
        if completedAt != before.completedAt { changes["completed_at"] = completedAt.map { .string($0.description) } }
        return changes
    }
}
