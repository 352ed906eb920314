/// What a listing was asked for.
public struct ListQuery: Equatable, Sendable {
    public static let keysMax = 1000

    public enum Version: Equatable, Sendable {
        /// ListObjects, with a marker.
        case one
        /// ListObjectsV2, with an opaque continuation token.
        case two(continuationToken: String?, startAfter: String?)
    }

    public var version: Version
    public var prefix: String
    /// Never empty: clients send `delimiter=` for none.
    public var delimiter: String?
    /// The key or common prefix after which the page begins.
    public var after: String?
    public var keysMax: Int
    /// Whether names in the answer are percent-encoded (`encoding-type=url`).
    public var isURLEncoded: Bool

    public init(version: Version = .one, prefix: String = "", delimiter: String? = nil, after: String? = nil) {
        self.version = version
        self.prefix = prefix
        self.delimiter = delimiter
        self.after = after
        keysMax = Self.keysMax
        isURLEncoded = false
    }

    init(_ query: QueryItems) throws(S3Error) {
        func nonEmpty(_ name: String) -> String? { query[name].flatMap { $0.isEmpty ? nil : $0 } }
        let encoding = nonEmpty("encoding-type")
        guard encoding == nil || encoding == "url" else {
            throw S3Error(.invalidArgument, "Invalid encoding type; url is the only one.")
        }
        guard let keys = nonEmpty("max-keys").map(Int.init) ?? Self.keysMax, keys >= 0 else {
            throw S3Error(.invalidArgument, "max-keys must be a number from 0 up.")
        }
        switch query["list-type"] {
        case nil, "1":
            version = .one
            after = nonEmpty("marker")
        case "2":
            let token = query["continuation-token"]
            let start = nonEmpty("start-after")
            version = .two(continuationToken: token, startAfter: start)
            after = if let token { try Self.marker(continuationToken: token) } else { start }
        default:
            throw S3Error(.invalidArgument, "list-type must be 2.")
        }
        prefix = query["prefix"] ?? ""
        delimiter = nonEmpty("delimiter")
        keysMax = min(keys, Self.keysMax)
        isURLEncoded = encoding != nil
    }

    /// The token that continues after a name; opaque to clients, so its form may change.
    public static func continuationToken(marker: String) -> String { Hexadecimal.encode(marker.utf8) }

    private static func marker(continuationToken: String) throws(S3Error) -> String {
        guard !continuationToken.isEmpty, let bytes = Hexadecimal.decode(continuationToken),
            let marker = String(validating: bytes, as: UTF8.self)
        else { throw S3Error(.invalidArgument, "The continuation token provided is incorrect.") }
        return marker
    }
}
