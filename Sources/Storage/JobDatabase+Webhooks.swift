import GRDB
public import Jobs

/// A webhook that was believed, and which job it is about.
public struct WebhookDelivery: Sendable {
    public let provider: String
    /// The sender's name of the message; nil for one that has none, and is then not told apart from its repetition.
    public let webhookID: String?
    /// The job as the sender calls it: our id or the provider's.
    public let subject: String
    /// The job that the address of the webhook names: how an event finds a job whose provider id is not known yet.
    public let addressee: String?
    /// The text to keep when the job is not known yet; nil for an event that is not worth it.
    public let payload: String?

    public init(
        provider: String, webhookID: String?, subject: String, addressee: String?, payload: String? = nil
    ) {
        self.provider = provider
        self.webhookID = webhookID
        self.subject = subject
        self.addressee = addressee
        self.payload = payload
    }
}

/// What became of a webhook.
public enum WebhookRecord: Equatable, Sendable {
    case applied(before: Job, after: Job)
    case duplicate
    case unknownJob
    /// The job is not known, and a submission without an answer may be it: the event waits for that.
    case parked
}

extension JobDatabase {
    /// Applies a webhook once: remembering its id and changing the job are one transaction.
    ///
    /// - Parameters:
    ///   - delivery: The message.
    ///   - now: The time.
    ///   - change: What it does to the job.
    /// - Returns: What happened, after it is on the disk.
    /// - Throws: What SQLite says; then nothing was changed.
    public func recordWebhook(
        _ delivery: WebhookDelivery, now: Timestamp, _ change: @escaping @Sendable (inout Job) -> Void
    ) async throws -> WebhookRecord {
        try await write { database in
            guard let before = try JobTable.job(of: delivery, in: database) else {
                return try Self.park(delivery, now: now, in: database)
            }
            if let id = delivery.webhookID {
                let isNew = try WebhookInboxTable.insert(
                    provider: delivery.provider, webhookID: id, jobID: before.id, now: now, into: database)
                // It no longer waits, whether this is the one that waited or a repetition of it.
                try WebhookParkedTable.delete(provider: delivery.provider, webhookID: id, from: database)
                guard isNew else { return .duplicate }
                try WebhookInboxTable.sweep(now: now, in: database)
            }
            var after = before
            change(&after)
            if after != before { try JobTable.update(after, in: database) }
            return .applied(before: before, after: after)
        }
    }

    /// Keeps an event for the job that a submission under way may turn out to be.
    private static func park(_ delivery: WebhookDelivery, now: Timestamp, in database: Database) throws -> WebhookRecord
    {
        try WebhookParkedTable.sweep(now: now, in: database)
        guard let id = delivery.webhookID, let payload = delivery.payload,
            try JobTable.hasUnresolved(provider: delivery.provider, in: database)
        else { return .unknownJob }
        let parked = ParkedWebhook(
            provider: delivery.provider, webhookID: id, subject: delivery.subject, payload: payload)
        return try WebhookParkedTable.insert(parked, now: now, into: database) ? .parked : .unknownJob
    }
}
