import AuditTrail
import HTTPTypes
import Hummingbird
import JSON
import Jobs
import Logging
import NetworkAddress
import Providers
import Storage
import Webhooks

/// Takes in what providers have to say, believes it or not, and applies it once.
struct WebhookDesk: Sendable {
    static let bodyMax = 1024 * 1024

    let database: JobDatabase
    let providers: ProviderDesk
    let secrets: SigningSecrets
    let audit: AuditDesk
    let logger: Logger
    let clock: Clock

    /// A webhook as it came.
    struct Message: Sendable {
        let signature: WebhookSignature?
        let body: [UInt8]
        /// The job in the query of the address, which nobody signed.
        let addressee: String?
    }

    enum Answer: Equatable {
        case received(Job, updates: [String: JSONValue])
        case duplicate
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

    /// Refuses a request because of where it came from, and writes that down.
    ///
    /// The gateway refuses most of them itself; here is what it let through before it knew of a change.
    func refuse(_ request: Request, from provider: ProviderName, _ context: BackendContext) async -> Refusal {
        let sentence = "IP address not in allowlist"
        var event = audit.event(.webhookRejected)
        event.take(from: request, context)
        (event.targetType, event.target) = ("provider", provider.rawValue)
        event.details["reason"] = sentence
        let client = context.clientAddress ?? ClientIdentity.unknown
        await audit.recordRefusal(
            event, key: EventCoalescer.Key(client: client.limitKey(), route: 0),
            traits: EventCoalescer.Traits(
                client: client, endpoint: event.endpoint.hashValue, userAgent: event.userAgent.hashValue))
        return Refusal(.forbidden, sentence)
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
        try await verify(message, configuration)
        guard let payload = try? JSONValue(parsing: message.body), payload.members != nil else {
            throw Refusal(.badRequest, "Invalid JSON payload")
        }
        guard let event = WebhookEvent(payload) else { return .ignored(reason: "no job_id") }
        let (prices, now) = (configuration.prices, clock())
        let record = try await database.recordWebhook(delivery(message, event, provider), now: now) { job in
            job.apply(event.update, prices: prices, now: now)
        }
        await stopIfCancelled(record, event, configuration)
        return answer(record)
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

    private func delivery(_ message: Message, _ event: WebhookEvent, _ provider: ProviderName) -> WebhookDelivery {
        WebhookDelivery(
            provider: provider.rawValue,
            webhookID: message.signature?.id,
            subject: event.subject,
            addressee: message.addressee.flatMap { JobID.isPlausible($0) ? $0 : nil }
        )
    }

    private func verify(_ message: Message, _ configuration: ProviderConfiguration) async throws {
        guard let signature = message.signature else {
            guard configuration.requiresSignature else { return }
            throw Refusal(.unauthorized, "Webhook signature required but not provided.")
        }
        // A signature that is there is checked even where none is required.
        guard let secret = try await secrets.current() else {
            throw Refusal(.unauthorized, "Webhook signature verification failed: no signing secret configured.")
        }
        if isValid(signature, message.body, secret) { return }
        guard let newer = try await secrets.replacement(), isValid(signature, message.body, newer) else {
            throw Refusal(.unauthorized, "Invalid webhook signature")
        }
    }

    private func isValid(_ signature: WebhookSignature, _ body: [UInt8], _ secret: SigningSecret) -> Bool {
        signature.isValid(body: body, secrets: [secret], nowSeconds: Int64(clock().seconds))
    }

    private func answer(_ record: WebhookRecord) -> Answer {
        switch record {
        case .duplicate: return .duplicate
        case .unknownJob: return .ignored(reason: "unknown job")
        case .applied(let before, let after):
            if before.status != after.status {
                logger.info(
                    "a job moved",
                    metadata: ["job": "\(after.id)", "status": "\(after.status.rawValue)", "source": "webhook"])
            }
            return .received(after, updates: after.changes(since: before))
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
