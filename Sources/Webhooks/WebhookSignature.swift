import Crypto

/// What a sender claims about a webhook: its id, when it was sent, and that it knows the secret (Standard Webhooks 1.0).
public struct WebhookSignature: Equatable, Sendable {
    static let idBytesMax = 256
    /// A sender that rotates its key signs with two; more than this is an attempt to make us work.
    static let signaturesMax = 16

    /// Names one message: a repetition carries the same.
    public let id: String
    let timestamp: String
    let signatures: String

    public init(id: String, timestamp: String, signatures: String) {
        self.id = id
        self.timestamp = timestamp
        self.signatures = signatures
    }

    /// Reads the three headers, by their standard names or as Svix calls them; nil when none of them is there.
    ///
    /// A missing one of several is empty, and will not verify.
    ///
    /// - Parameter header: Looks up a header by its lower-case name.
    public init?(header: (String) -> String?) {
        let id = header("webhook-id") ?? header("svix-id")
        let timestamp = header("webhook-timestamp") ?? header("svix-timestamp")
        let signatures = header("webhook-signature") ?? header("svix-signature")
        if id == nil, timestamp == nil, signatures == nil { return nil }
        self.init(id: id ?? "", timestamp: timestamp ?? "", signatures: signatures ?? "")
    }

    /// Whether one of the signatures was made over these bytes with one of the secrets, not long ago.
    ///
    /// Compares in constant time. Signatures of a version other than `v1` are passed over, as the specification asks.
    ///
    /// - Parameters:
    ///   - body: The raw bytes of the request's body.
    ///   - secrets: The keys in use; two while one replaces the other.
    ///   - nowSeconds: The time, in seconds since 1970.
    ///   - toleranceSeconds: How far the sender's clock may be from ours, both ways.
    /// - Returns: Whether the message can be believed.
    public func isValid(body: [UInt8], secrets: [SigningSecret], nowSeconds: Int64, toleranceSeconds: Int64) -> Bool {
        guard (1...Self.idBytesMax).contains(id.utf8.count), isRecent(nowSeconds, toleranceSeconds)
        else { return false }
        let signed = Array("\(id).\(timestamp).".utf8) + body
        let codes = signatures.split(separator: " ").prefix(Self.signaturesMax).compactMap(Self.code)
        return secrets.contains { secret in
            codes.contains { code in
                HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: secret.key)
            }
        }
    }

    private func isRecent(_ nowSeconds: Int64, _ toleranceSeconds: Int64) -> Bool {
        guard timestamp.utf8.count <= 12, let sent = Int64(timestamp), sent >= 0 else { return false }
        return abs(nowSeconds - sent) <= toleranceSeconds
    }

    private static func code(_ item: Substring) -> [UInt8]? {
        guard item.hasPrefix("v1,") else { return nil }
        return Base64.decode(item.dropFirst(3).utf8)
    }
}
