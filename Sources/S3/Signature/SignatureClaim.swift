/// What a request says of its own signature: who signed, when, for which scope, over which headers.
///
/// Only read here, not believed: `SignatureCheck` decides.
public struct SignatureClaim: Equatable, Sendable {
    public enum Place: Equatable, Sendable {
        case header
        /// A presigned URL, good for this long after its date.
        case query(expiresSeconds: Int64)
    }

    public let place: Place
    public let accessKey: String
    /// `20261123T214136Z`.
    public let timestamp: String
    public let region: String
    let scopeDate: String
    let signedHeaders: [String]
    let signature: [UInt8]

    /// `20261123/us-east-1/s3/aws4_request`.
    var scope: String { "\(scopeDate)/\(region)/s3/aws4_request" }

    static let algorithm = "AWS4-HMAC-SHA256"
    private static let authorizationBytesMax = 4096
    private static let signedHeadersMax = 64
    private static let expirySecondsMax: Int64 = 604_800

    /// Reads the claim from the `Authorization` header or from the query.
    ///
    /// - Parameter request: The request, as received.
    /// - Returns: Nil when the request carries no AWS signature at all.
    /// - Throws: `S3Error` when it carries a broken one, two at once, or one of version 2.
    public static func find(in request: SignedRequest) throws(S3Error) -> SignatureClaim? {
        let query = try QueryItems(request.query)
        let authorization = request.headers["authorization"]
        let isHeader = authorization?.hasPrefix("AWS") ?? false
        let isQuery = query["X-Amz-Algorithm"] != nil
        if (isHeader && isQuery) || query["AWSAccessKeyId"] != nil {
            throw S3Error(.invalidRequest, "Use one AWS4-HMAC-SHA256 signature, in the header or in the query.")
        }
        if isQuery { return try SignatureClaim(query: query) }
        guard isHeader, let authorization else { return nil }
        return try SignatureClaim(authorization: authorization, headers: request.headers)
    }

    private init(authorization: String, headers: HeaderList) throws(S3Error) {
        let malformed = S3Error(.authorizationHeaderMalformed, "The Authorization header cannot be read.")
        guard authorization.utf8.count <= Self.authorizationBytesMax else { throw malformed }
        guard authorization.hasPrefix(Self.algorithm + " ") else {
            throw S3Error(.invalidRequest, "The authorization mechanism is not supported. Use AWS4-HMAC-SHA256.")
        }
        var parts: [Substring: Substring] = [:]
        for part in authorization.dropFirst(Self.algorithm.count + 1).split(separator: ",") {
            let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { throw malformed }
            parts[pair[0]] = pair[1]
        }
        guard let credential = parts["Credential"], let signed = parts["SignedHeaders"],
            let signature = parts["Signature"], let timestamp = headers["x-amz-date"]
        else { throw malformed }
        try self.init(
            place: .header, credential: credential, timestamp: timestamp, signedHeaders: signed, signature: signature,
            malformed: malformed)
    }

    private init(query: QueryItems) throws(S3Error) {
        let malformed = S3Error(.authorizationQueryParametersError, "The query's signature parameters cannot be read.")
        guard query["X-Amz-Algorithm"] == Self.algorithm, let credential = query["X-Amz-Credential"],
            let signed = query["X-Amz-SignedHeaders"], let signature = query["X-Amz-Signature"],
            let timestamp = query["X-Amz-Date"], let expires = query["X-Amz-Expires"].flatMap(Int64.init)
        else { throw malformed }
        guard (1...Self.expirySecondsMax).contains(expires) else {
            throw S3Error(.authorizationQueryParametersError, "X-Amz-Expires must lie between 1 and 604800 seconds.")
        }
        try self.init(
            place: .query(expiresSeconds: expires), credential: credential[...], timestamp: timestamp,
            signedHeaders: signed[...], signature: signature[...], malformed: malformed)
    }

    private init(
        place: Place, credential: Substring, timestamp: String, signedHeaders: Substring, signature: Substring,
        malformed: S3Error
    ) throws(S3Error) {
        let scope = credential.split(separator: "/", omittingEmptySubsequences: false)
        guard scope.count == 5, !scope[0].isEmpty, scope[3] == "s3", scope[4] == "aws4_request",
            timestamp.hasPrefix(scope[1]), scope[1].utf8.count == 8,
            let signature = Hexadecimal.decode(signature), signature.count == 32
        else { throw malformed }
        let names = signedHeaders.split(separator: ";").map { $0.lowercased() }
        guard names.count <= Self.signedHeadersMax else { throw malformed }
        self.place = place
        accessKey = String(scope[0])
        self.timestamp = timestamp
        region = String(scope[2])
        scopeDate = String(scope[1])
        self.signedHeaders = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        self.signature = signature
    }
}
