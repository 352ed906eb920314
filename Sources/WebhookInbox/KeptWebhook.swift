internal import JSON

/// A webhook that came while nobody was there to take it, as the gateway leaves it in a file.
///
/// Both processes know it: the gateway writes it and checks no signature, the backend reads it and does.
///
/// The file is one line of JSON and then the body, byte for byte:
///
///     {"path":"/api/webhooks/replicate?job=…","client":"203.0.113.7","received_at":1700000000000,"headers":{…}}⏎body
///
/// `received_at` is in milliseconds since 1970; `headers` has lower-case names.
public struct KeptWebhook: Equatable, Sendable {
    public static let bodyBytesMax = 1024 * 1024
    /// The first line, its end with it.
    public static let lineBytesMax = 16 * 1024
    /// The headers by which a webhook is believed or not, in lower case; no other is kept.
    public static let headerNames = [
        "webhook-id", "webhook-timestamp", "webhook-signature", "svix-id", "svix-timestamp", "svix-signature",
        "x-api-key",
    ]

    public let path: String
    public let client: String
    public let receivedAtMilliseconds: Int64
    public let headers: [String: String]
    public let body: [UInt8]

    public init(path: String, client: String, receivedAtMilliseconds: Int64, headers: [String: String], body: [UInt8]) {
        self.path = path
        self.client = client
        self.receivedAtMilliseconds = receivedAtMilliseconds
        self.headers = headers
        self.body = body
    }

    /// Reads a file; nil for one that is no kept webhook.
    public init?(file: [UInt8]) {
        guard let end = file.prefix(Self.lineBytesMax).firstIndex(of: UInt8(ascii: "\n")),
            let line = try? JSONValue(parsing: Array(file[..<end])),
            let path = line["path"]?.text, let client = line["client"]?.text,
            let milliseconds = line["received_at"]?.integer, let headers = line["headers"]?.members
        else { return nil }
        let body = Array(file[(end + 1)...])
        guard body.count <= Self.bodyBytesMax else { return nil }
        self.init(
            path: path, client: client, receivedAtMilliseconds: Int64(milliseconds),
            headers: headers.compactMapValues(\.text), body: body)
    }

    /// The bytes of the file.
    public var file: [UInt8] {
        let line: JSONValue = [
            "path": .string(path), "client": .string(client),
            "received_at": .number(String(receivedAtMilliseconds)),
            "headers": .object(headers.mapValues { .string($0) }),
        ]
        return line.jsonBytes + [UInt8(ascii: "\n")] + body
    }

    /// Whose route was asked; nil for a path that is no webhook route.
    public var provider: String? {
        let parts = path.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 4 where parts[1...2] == ["api", "webhooks"]: return parts[3]
        case 5 where parts[1...3] == ["api", "cloud", "webhook"]: return parts[4]
        default: return nil
        }
    }

    /// The job that the address names.
    public var addressee: String? {
        guard let query = path.split(separator: "?", maxSplits: 1).dropFirst().first else { return nil }
        return query.split(separator: "&").first { $0.hasPrefix("job=") }.map { String($0.dropFirst(4)) }
    }
}
