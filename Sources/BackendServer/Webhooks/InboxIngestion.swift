import AuditTrail
import HTTPTypes
import Hummingbird
import Jobs
import Logging
import NetworkAddress
import ServiceLifecycle
import WebhookInbox
import Webhooks

/// Applies the webhooks that the gateway kept while this process was away, at the start and whenever there are some.
///
/// A file is removed after its effect is on the disk. Whoever stops in between meets it again, and the memory of webhook
/// ids tells the repetition.
struct InboxIngestion: Service {
    private static let interval = Duration.seconds(1)
    private static let filesPerRound = 100

    let folder: InboxFolder
    let desk: WebhookDesk
    let logger: Logger

    func run() async throws {
        await repeatUntilShutdown(pausing: Self.interval) { await round() }
    }

    /// Goes through some of the files once; one that cannot be applied now ends the round, so that the order is kept.
    func round() async {
        for name in folder.names(limit: Self.filesPerRound) {
            do {
                guard let bytes = try folder.read(name), let kept = KeptWebhook(file: bytes),
                    let provider = kept.provider.flatMap({ ProviderName(rawValue: $0) })
                else {
                    logger.warning("a kept webhook cannot be understood", metadata: ["file": "\(name.prefix(64))"])
                    try folder.setAside(name)
                    continue
                }
                try await take(kept, from: provider)
                try folder.remove(name)
            } catch {
                logger.error("a kept webhook could not be applied", metadata: ["error": "\(error)"])
                return
            }
        }
    }

    /// Applies one, or writes down why it is not believed.
    ///
    /// - Throws: What says that it may be applied later.
    private func take(_ kept: KeptWebhook, from provider: ProviderName) async throws {
        let configuration = try await desk.providers.configuration(of: provider)
        let client = IPAddress(kept.client)
        do {
            guard desk.admits(client, configuration) else {
                throw Refusal(.forbidden, "IP address not in allowlist")
            }
            let message = WebhookDesk.Message(
                signature: WebhookSignature { kept.headers[$0] }, token: kept.headers["x-api-key"], body: kept.body,
                addressee: kept.addressee, keptSince: Timestamp(milliseconds: kept.receivedAtMilliseconds))
            _ = try await desk.take(message, from: provider, configuration)
        } catch let refusal as Refusal where refusal.status.kind == .clientError {
            var event = desk.audit.event(.webhookRejected)
            (event.targetType, event.target) = ("provider", provider.rawValue)
            (event.client, event.method) = (client?.description, "POST")
            event.endpoint = EscapedText.escape(
                Array(kept.path.prefix { $0 != "?" }.utf8).span, limit: EscapedText.Limits.endpoint)
            event.details["reason"] = refusal.sentence
            await desk.note(refused: event, client: client ?? ClientIdentity.unknown)
        }
    }
}
