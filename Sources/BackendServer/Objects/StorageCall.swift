import HTTPTypes
import Hummingbird
import S3

/// One request to the storage endpoint, read once: as S3 means it, and as the client signed it.
struct StorageCall: Sendable {
    static let prefix = "/api/cloud/storage"

    /// How the client wants to be spoken to: SimpleTuner's own clients in JSON, whoever signs in S3's XML.
    enum Dialect: Equatable {
        case json
        case xml
    }

    let request: Request
    let context: BackendContext
    let headers: HeaderList
    let signed: SignedRequest
    let dialect: Dialect
    let requestID: String

    init(_ request: Request, _ context: BackendContext, publicHost: String?) {
        self.request = request
        self.context = context
        let headers = HeaderList(request.headers.map { ($0.name.canonicalName, $0.value) })
        self.headers = headers
        let hosts = [request.head.authority, headers["x-forwarded-host"], publicHost].compactMap(\.self)
        signed = SignedRequest(
            method: request.method.rawValue,
            target: request.head.path ?? "/",
            headers: headers,
            hosts: hosts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } },
            prefix: Self.prefix
        )
        let isSigned =
            headers["authorization"]?.hasPrefix("AWS") ?? false
            || signed.query.contains("X-Amz-Algorithm=") || signed.query.contains("AWSAccessKeyId=")
        dialect = isSigned ? .xml : .json
        requestID = headers["x-request-id"].map { String($0.prefix(128)) } ?? context.id
    }

    /// What is asked for.
    func parsed() throws(S3Error) -> S3Request {
        try S3Request(method: signed.method, target: request.head.path ?? "/", prefix: Self.prefix)
    }

    /// Whether the client sends a body, or is about to.
    var hasBody: Bool {
        headers["transfer-encoding"] != nil || headers["content-length"].map { $0 != "0" } ?? false
    }
}
