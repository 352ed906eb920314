internal import Crypto
internal import FoundationEssentials

/// How honest a webhook is.
public enum WebhookHonesty: Sendable {
    case genuine
    /// Signed with a secret that is not the platform's.
    case forged
    /// Signed well, ten minutes ago.
    case stale
    /// Signed well now, under the id of an earlier message.
    case repeated(messageID: String)
}

/// What became of a webhook.
public struct WebhookReceipt: Sendable {
    public let messageID: String
    public let answer: Answer
}

/// A prediction without a webhook, or none of this id.
public struct NoWebhook: Error {}

extension StandInReplicate {
    /// Moves a prediction on and tells its webhook, as the platform does.
    ///
    /// A message that is not genuine tells of a change that the platform itself knows nothing of, so nobody who asks
    /// the platform finds it confirmed.
    ///
    /// - Parameters:
    ///   - status: What the message says.
    ///   - id: The prediction.
    ///   - client: Posts it, and has to trust the receiver's certificate.
    ///   - honesty: What is wrong with it.
    /// - Returns: The message's id and the receiver's answer.
    /// - Throws: When there is nobody to tell, or nobody answers.
    public func deliver(
        _ status: Prediction.Status, of id: String, by client: APIClient, _ honesty: WebhookHonesty = .genuine
    ) async throws -> WebhookReceipt {
        guard var prediction = ledger.prediction(id), let webhook = prediction.webhook else { throw NoWebhook() }
        var message = SignedMessage(
            id: "msg_\(UUID().uuidString)", timestamp: Int(Date().timeIntervalSince1970), secret: webhookSecret)
        switch honesty {
        case .genuine: prediction = ledger.advance(id, to: status) ?? prediction
        case .forged: message.secret = "whsec_" + Data("not the secret".utf8).base64EncodedString()
        case .stale: message.timestamp -= 600
        case .repeated(let messageID): message.id = messageID
        }
        prediction.advance(to: status, at: Date())
        let body = try prediction.json.bytes
        let answer = try await client.send("POST", webhook, headers: message.headers(for: body), body: body)
        return WebhookReceipt(messageID: message.id, answer: answer)
    }
}

extension StandInReplicate {
    /// The headers that the platform sends with a body.
    ///
    /// - Parameters:
    ///   - body: What is signed.
    ///   - messageID: The message's id.
    ///   - age: How many seconds ago it says that it was signed.
    /// - Returns: The headers.
    public func signature(of body: String, messageID: String, age: Int = 0) -> [String: String] {
        SignedMessage(id: messageID, timestamp: Int(Date().timeIntervalSince1970) - age, secret: webhookSecret)
            .headers(for: Array(body.utf8))
    }
}

/// The headers of Standard Webhooks, scheme v1: HMAC-SHA256 over id, time and body.
struct SignedMessage {
    var id: String
    var timestamp: Int
    var secret: String

    func headers(for body: [UInt8]) -> [String: String] {
        let key = SymmetricKey(data: Data(base64Encoded: String(secret.dropFirst("whsec_".count))) ?? Data())
        let code = HMAC<SHA256>.authenticationCode(for: Data("\(id).\(timestamp).".utf8) + body, using: key)
        return [
            "Content-Type": "application/json",
            "webhook-id": id,
            "webhook-timestamp": "\(timestamp)",
            "webhook-signature": "v1," + Data(code).base64EncodedString(),
        ]
    }
}
