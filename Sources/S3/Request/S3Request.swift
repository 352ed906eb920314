/// One request, understood: which bucket, which key, and what to do.
///
/// Made from the request target as received, so that keys such as `a//b`, `x/../y` and `100%25` arrive as they were
/// meant. What the store cannot keep is refused there, not here.
public struct S3Request: Equatable, Sendable {
    public let bucket: String?
    public let key: ObjectKey?
    public let operation: Operation

    public enum Operation: Equatable, Sendable {
        case listBuckets
        case headBucket
        case createBucket
        case bucketLocation
        case bucketVersioning
        case listObjects(ListQuery)
        case getObject
        case headObject
        case putObject
        case deleteObject
        case createUpload
        case uploadPart(upload: String, number: Int)
        case completeUpload(upload: String)
        case abortUpload(upload: String)

        /// Whether it changes something.
        public var isWrite: Bool {
            switch self {
            case .listBuckets, .headBucket, .bucketLocation, .bucketVersioning, .listObjects, .getObject, .headObject:
                false
            default: true
            }
        }
    }

    public static let partNumbers = 1...10_000

    /// Understands a request, or says why not.
    ///
    /// - Parameters:
    ///   - method: The method, in upper case.
    ///   - target: The request target as received: path and query.
    ///   - prefix: The path below which the endpoint is mounted.
    /// - Throws: `S3Error` when the target cannot be decoded or the operation is not offered.
    public init(method: String, target: String, prefix: String) throws(S3Error) {
        guard target.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { throw Self.unreadable }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = try QueryItems(parts.count > 1 ? String(parts[1]) : "")
        let path = parts.first ?? ""
        guard path.hasPrefix(prefix), let rest = PercentEncoding.decode(path.dropFirst(prefix.count)),
            rest.isEmpty || rest.utf8.first == UInt8(ascii: "/")
        else { throw Self.unreadable }
        let names = rest.utf8.dropFirst().split(
            separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        bucket = names.first.flatMap { $0.isEmpty ? nil : String(Substring($0)) }
        if names.count > 1, !names[1].isEmpty {
            guard bucket != nil else { throw S3Error(.invalidURI, "The bucket has no name.") }
            key = try ObjectKey(String(Substring(names[1])))
        } else {
            key = nil
        }
        if key != nil {
            operation = try Self.onObject(method, query)
        } else if bucket != nil {
            operation = try Self.onBucket(method, query)
        } else {
            guard method == "GET" || method == "HEAD" else { throw Self.notAllowed }
            operation = .listBuckets
        }
    }

    private static func onBucket(_ method: String, _ query: QueryItems) throws(S3Error) -> Operation {
        if method == "GET", query["location"] != nil { return .bucketLocation }
        if method == "GET", query["versioning"] != nil { return .bucketVersioning }
        try refuseSubresources(method, query)
        switch method {
        case "GET": return .listObjects(try ListQuery(query))
        case "HEAD": return .headBucket
        case "PUT": return .createBucket
        case "DELETE", "POST": throw notImplemented
        default: throw notAllowed
        }
    }

    private static func onObject(_ method: String, _ query: QueryItems) throws(S3Error) -> Operation {
        let upload = query["uploadId"]
        switch method {
        case "PUT" where upload != nil || query["partNumber"] != nil:
            guard let upload, let number = query["partNumber"].flatMap(Int.init), partNumbers.contains(number) else {
                throw S3Error(.invalidArgument, "Part number must be an integer between 1 and 10000, inclusive.")
            }
            return .uploadPart(upload: upload, number: number)
        case "POST" where query["uploads"] != nil: return .createUpload
        case "POST":
            guard let upload else { throw notImplemented }
            return .completeUpload(upload: upload)
        case "DELETE" where upload != nil: return .abortUpload(upload: upload ?? "")
        default: break
        }
        try refuseSubresources(method, query)
        guard upload == nil else { throw notImplemented }
        switch method {
        case "GET": return .getObject
        case "HEAD": return .headObject
        case "PUT": return .putObject
        case "DELETE": return .deleteObject
        default: throw notAllowed
        }
    }

    /// Clients probe for settings that no bucket here has; each has its own error, which they understand.
    private static func refuseSubresources(_ method: String, _ query: QueryItems) throws(S3Error) {
        for name in query.names {
            if method == "GET", let code = absentSettings[name] {
                throw S3Error(code, "The \(name) configuration does not exist.")
            }
            if subresources.contains(name) || absentSettings[name] != nil { throw notImplemented }
        }
    }

    private static let absentSettings: [String: S3Error.Code] = [
        "policy": .noSuchBucketPolicy,
        "cors": .noSuchCORSConfiguration,
        "lifecycle": .noSuchLifecycleConfiguration,
        "tagging": .noSuchTagSet,
        "encryption": .serverSideEncryptionConfigurationNotFound,
        "object-lock": .objectLockConfigurationNotFound,
        "website": .noSuchWebsiteConfiguration,
    ]

    private static let subresources: Set<String> = [
        "acl", "accelerate", "analytics", "attributes", "delete", "inventory", "legal-hold", "logging", "metrics",
        "notification", "ownershipControls", "partNumber", "policyStatus", "publicAccessBlock", "replication",
        "requestPayment", "restore", "retention", "select", "torrent", "uploads", "versionId", "versioning", "versions",
    ]

    private static let unreadable = S3Error(.invalidURI, "Could not parse the specified URI.")
    private static let notImplemented = S3Error(.notImplemented, "This operation is not implemented.")
    private static let notAllowed = S3Error(.methodNotAllowed, "The method is not allowed against this resource.")
}
