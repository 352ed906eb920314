public import Jobs

/// An event that came before anybody knew which job its prediction is.
public struct ParkedWebhook: Equatable, Sendable {
    public let provider: String
    public let webhookID: String
    /// The provider's id.
    public let subject: String
    /// The JSON text, as it was verified.
    public let payload: String

    public init(provider: String, webhookID: String, subject: String, payload: String) {
        self.provider = provider
        self.webhookID = webhookID
        self.subject = subject
        self.payload = payload
    }
}

extension JobDatabase {
    /// Gives a job the credential that its trainer shows with its events.
    ///
    /// - Parameters:
    ///   - hash: SHA-256 of the token.
    ///   - jobID: Our id.
    ///   - now: The time.
    /// - Throws: What SQLite says.
    public func grantWebhookToken(hash: [UInt8], to jobID: String, now: Timestamp) async throws {
        try await write { database in
            try WebhookTokenTable.insert(hash: hash, jobID: jobID, now: now, into: database)
            try WebhookTokenTable.sweep(now: now, in: database)
        }
    }

    /// The job that a token was made for; nil when there is none.
    public func job(ofWebhookToken hash: [UInt8]) async throws -> Job? {
        try await read { database in
            guard let id = try WebhookTokenTable.jobID(hash: hash, in: database) else { return nil }
            return try JobTable.job(id, in: database)
        }
    }

    /// The events that came early and whose job is known by now, oldest first.
    public func dueParkedWebhooks(limit: Int) async throws -> [ParkedWebhook] {
        try await read { try WebhookParkedTable.due(limit: limit, in: $0) }
    }

    /// Whether a job of this id, ours or the provider's, is here.
    public func knowsJob(_ id: String) async throws -> Bool {
        try await read { try JobTable.job(id, in: $0) != nil }
    }
}
