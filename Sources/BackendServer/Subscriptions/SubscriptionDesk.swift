import JSON
import Jobs
import Providers
import Storage
import Webhooks

/// Sends messages to the addresses that want to be told of events.
struct SubscriptionDesk: Sendable {
    private static let patience = Duration.seconds(10)

    let database: JobDatabase
    let providers: ProviderDesk
    let seal: SecretSeal
    let clock: Clock

    /// Sends a message once.
    ///
    /// - Parameters:
    ///   - delivery: What; its job is told as it is now.
    ///   - subscription: To whom.
    /// - Returns: What became of it; never what was answered, which may be somebody else's.
    /// - Throws: When our own disk fails.
    func send(_ delivery: Delivery, to subscription: Subscription) async throws -> Delivery.Attempt {
        var job: Job?
        if let id = delivery.jobID { job = try await database.job(id) }
        let body = message(delivery, job).jsonBytes
        var headers: [OutboundCall.Header] = [
            .init("Content-Type", "application/json"), .init("X-SimpleTuner-Event", delivery.event),
            .init("X-SimpleTuner-Timestamp", String(clock().microseconds / 1_000_000)),
        ]
        if let sealed = subscription.sealedSecret {
            guard let secret = seal.open(sealed) else {
                return Delivery.Attempt(
                    status: nil, milliseconds: 0,
                    problem: "The secret cannot be read: the key of this installation is another. Set the secret anew.")
            }
            headers.append(.init(OutgoingSignature.fieldName, OutgoingSignature.value(signing: body, secret: secret)))
        }
        switch try await providers.way(toTarget: subscription.url) {
        case .refused(let reason): return Delivery.Attempt(status: nil, milliseconds: 0, problem: reason)
        case .open(let way):
            return await post(
                OutboundCall(method: .post, url: subscription.url, headers: headers, body: body), by: way)
        }
    }

    private func post(_ call: OutboundCall, by way: Outbound) async -> Delivery.Attempt {
        let start = providers.pacing.now()
        do throws(OutboundFailure) {
            let answer = try await way.send(call, Self.patience)
            return Delivery.Attempt(
                status: answer.status, milliseconds: (providers.pacing.now() - start).milliseconds,
                problem: (200..<300).contains(answer.status) ? nil : "It answered HTTP \(answer.status)")
        } catch {
            return Delivery.Attempt(
                status: nil, milliseconds: (providers.pacing.now() - start).milliseconds,
                problem: "The address cannot be reached: \(error.reason)")
        }
    }

    private func message(_ delivery: Delivery, _ job: Job?) -> JSONValue {
        [
            "delivery_id": JSONValue(Int(delivery.id)), "event": .string(delivery.event),
            "event_type": .string(delivery.event), "timestamp": .string(delivery.createdAt.description),
            "attempt": JSONValue(delivery.attempts + 1), "job_id": JSONValue(delivery.jobID),
            "job": job.map { $0.document(now: clock()) } ?? .null,
        ]
    }
}
