import Accounts
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Jobs
import Logging
import NIOCore
import ObjectStore
import S3
import Testing

@testable import BackendServer

/// The storage routes over a real folder; two jobs may upload.
private struct StorageEndpoint {
    let folder: TemporaryFolder
    let activity = UploadActivity(clock: { Timestamp(seconds: 1_700_000_000) })
    let tokens = UploadTokens(masterKey: [UInt8](repeating: 7, count: 32))

    static let job = "abcdefghijklmnopqrstuvwx01"
    static let otherJob = "abcdefghijklmnopqrstuvwx02"
    static let nonce = [UInt8](repeating: 9, count: 16)
    static let stranger = ["X-Real-IP": "203.0.113.9"]

    init() throws { folder = try TemporaryFolder() }

    func token(_ job: String = job) -> String { tokens.token(job: job, nonce: Self.nonce) }

    func asJob(_ job: String = job, headers: [String: String] = [:]) -> [String: String] {
        ["X-Real-IP": "203.0.113.9", "X-Upload-Token": token(job)].merging(headers) { _, new in new }
    }

    struct Answer {
        let status: Int
        let bytes: [UInt8]
        let headers: HTTPFields

        var text: String { String(decoding: bytes, as: UTF8.self) }
        var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, _ headers: [String: String] = [:],
        isOpen: Bool = true
    ) async throws -> Answer {
        let grants = [Self.job, Self.otherJob].map { UploadGrants.Grant(job: $0, nonce: Self.nonce) }
        let hashes = grants.map { UploadTokens.hash(tokens.token(job: $0.job, nonce: $0.nonce)) }
        let routes = ObjectRoutes(
            store: try ObjectStore(root: folder.path), tokens: tokens,
            grants: UploadGrants(
                find: { hash in hashes.firstIndex(of: hash).map { grants[$0] } }, active: { grants }),
            ownJobs: { _ in [] }, activity: activity, isOpen: { isOpen }, clock: { Timestamp(seconds: 1_700_000_000) })
        let router = Router(context: BackendContext.self)
        router.add(middleware: ErrorAnswers())
        router.add(middleware: ClientAddress(pages: PageOrigin(publicHost: nil)))
        router.add(middleware: MachineAdministers())
        routes.add(to: router)
        let fields = HTTPFields(
            try headers.map { HTTPField(name: try #require(HTTPField.Name($0.key)), value: $0.value) })
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try await Application(router: router, logger: logger).test(.router) { client in
            let response = try await client.execute(
                uri: StorageCall.prefix + path, method: method, headers: fields,
                body: body.map { ByteBuffer(string: $0) })
            return Answer(
                status: response.status.code, bytes: Array(buffer: response.body), headers: response.headers)
        }
    }
}

@Suite struct ObjectRoutesTests {
    private let endpoint: StorageEndpoint

    init() throws { endpoint = try StorageEndpoint() }

    @Test func `an upload with a token is answered in JSON and read back by the machine's own user`() async throws {
        let put = try await endpoint.send(
            .put, "/outputs/m/a%20b.txt", "hello\n", endpoint.asJob(headers: ["Content-Type": "text/html"]))
        #expect(put.status == 200)
        #expect(
            put.json == [
                "ETag": "\"b1946ac92492d2347c6235b4d2611184\"", "Key": "m/a b.txt", "Bucket": "outputs",
            ])
        for bucket in ["outputs", StorageEndpoint.job] {
            let get = try await endpoint.send(.get, "/\(bucket)/m/a%20b.txt")
            #expect(get.status == 200)
            #expect(get.text == "hello\n")
            #expect(get.headers[.contentType] == "text/html")
            #expect(get.headers[.contentDisposition] == "attachment")
            #expect(get.headers[.noSniff] == "nosniff")
            #expect(get.headers[.eTag] == "\"b1946ac92492d2347c6235b4d2611184\"")
        }
        let head = try await endpoint.send(.head, "/outputs/m/a%20b.txt")
        #expect(head.headers[.contentLength] == "6")
        #expect(head.text.isEmpty)
        #expect(try await endpoint.send(.get, "/outputs/none").json == ["detail": "Object not found"])
    }

    /// Weakness 41: an object came through the JSON encoder, so that text had quotes and anything else was an error.
    @Test func `weakness 41: any bytes come back as they are, and a folder is no object`() async throws {
        _ = try await endpoint.send(.put, "/outputs/m/text", "quotes: \"", endpoint.asJob())
        #expect(try await endpoint.send(.get, "/outputs/m/text").text == "quotes: \"")
        let bytes = (0...255).map { UInt8($0) }
        try Data(bytes).write(to: URL(filePath: endpoint.folder.path + "/\(StorageEndpoint.job)/m/binary"))
        let binary = try await endpoint.send(.get, "/outputs/m/binary")
        #expect(binary.status == 200 && binary.bytes == bytes)
        #expect(try await endpoint.send(.get, "/outputs/m").status == 404)
    }

    /// Weakness 45: pages were told of keys that could never work.
    @Test func `weakness 45: where uploads go is told, and no keys but those that a job is given`() async throws {
        let backend = try Backend()
        let open = try await backend.send(.get, "/api/cloud/local-upload/config").body
        #expect(open["enabled"] == true && open["config_json"] == .null)
        #expect(open["endpoint_url"] == "https://t.example:8001/api/cloud/storage")
        #expect(open.members?.keys.contains { $0.contains("key") || $0.contains("secret") } == false)
        _ = try await backend.send(.put, "/api/cloud/providers/replicate", #"{"s3_endpoint_enabled":false}"#)
        let closed = try await backend.send(.get, "/api/cloud/local-upload/config").body
        #expect(closed["enabled"] == false && closed["endpoint_url"] == .null)
    }

    @Test func `a closed endpoint refuses everybody, in the dialect of each`() async throws {
        let sentence = "The storage endpoint is switched off (s3_endpoint_enabled)."
        for (method, path) in [(HTTPRequest.Method.put, "/outputs/a"), (.get, "/outputs/a"), (.get, "")] {
            let answer = try await endpoint.send(method, path, nil, endpoint.asJob(), isOpen: false)
            #expect(answer.status == 404)
            #expect(answer.json == ["detail": .string(sentence)])
        }
        let signed = ["Authorization": "AWS4-HMAC-SHA256 Credential=x"]
        let answer = try await endpoint.send(.get, "/outputs/a", nil, signed, isOpen: false)
        #expect(answer.status == 404)
        #expect(answer.text.contains("<Code>NoSuchBucket</Code><Message>\(sentence)</Message>"))
        #expect(try await endpoint.send(.put, "/outputs/a", "x", endpoint.asJob(), isOpen: false).status == 404)
        #expect(try await endpoint.send(.get, "/outputs/a").status == 404)
    }

    @Test func `the provider's switch closes it`() async throws {
        let backend = try Backend()
        let path = StorageCall.prefix + "/outputs"
        #expect(try await backend.send(.get, path).status == 200)
        _ = try await backend.send(.put, "/api/cloud/providers/replicate", #"{"s3_endpoint_enabled":false}"#)
        #expect(try await backend.send(.get, path).status == 404)
        _ = try await backend.send(.put, "/api/cloud/providers/replicate", #"{"s3_endpoint_enabled":true}"#)
        #expect(try await backend.send(.get, path).status == 200)
    }

    @Test func `weakness 40: ranges and conditions are kept`() async throws {
        _ = try await endpoint.send(.put, "/outputs/a", "hello\n", endpoint.asJob())
        let part = try await endpoint.send(.get, "/outputs/a", nil, ["Range": "bytes=1-3"])
        #expect(part.status == 206)
        #expect(part.text == "ell")
        #expect(part.headers[.contentRange] == "bytes 1-3/6")
        #expect(try await endpoint.send(.get, "/outputs/a", nil, ["Range": "bytes=6-"]).status == 416)
        #expect(try await endpoint.send(.get, "/outputs/a", nil, ["If-Match": "\"x\""]).status == 412)
        let etag = "\"b1946ac92492d2347c6235b4d2611184\""
        #expect(try await endpoint.send(.get, "/outputs/a", nil, ["If-Match": etag]).status == 200)
        #expect(try await endpoint.send(.get, "/outputs/a", nil, ["If-None-Match": etag]).status == 304)
        let again = try await endpoint.send(.put, "/outputs/a", "x", endpoint.asJob(headers: ["If-None-Match": "*"]))
        #expect(again.status == 412)
    }

    @Test func `a job's bucket has two names, and its key may begin with its id`() async throws {
        let job = StorageEndpoint.job
        for (path, text) in [("/outputs/a", "1"), ("/\(job)/b", "2"), ("/outputs/\(job)/c", "3")] {
            #expect(try await endpoint.send(.put, path, text, endpoint.asJob()).status == 200)
        }
        let listing = try await endpoint.send(.get, "/outputs", nil, endpoint.asJob())
        #expect(listing.json["Contents"]?.elements?.map { $0["Key"] } == ["a", "b", "c"])
        #expect(listing.json["Name"] == "outputs")
    }

    @Test func `weakness 39: a job sees and changes nothing of another`() async throws {
        _ = try await endpoint.send(.put, "/outputs/a", "other's", endpoint.asJob(StorageEndpoint.otherJob))
        let path = "/\(StorageEndpoint.otherJob)"
        for method in [HTTPRequest.Method.get, .put, .delete, .head] {
            #expect(try await endpoint.send(method, path + "/a", "x", endpoint.asJob()).status == 403)
        }
        #expect(try await endpoint.send(.get, path, nil, endpoint.asJob()).status == 403)
        #expect(try await endpoint.send(.get, "/nothing", nil, endpoint.asJob()).status == 403)
        #expect(try await endpoint.send(.get, "/outputs/a", nil, endpoint.asJob()).status == 404)
        let buckets = try await endpoint.send(.get, "", nil, endpoint.asJob())
        #expect(buckets.json["Buckets"]?.elements?.count == 0)
    }

    @Test func `weakness 46: whoever has no token is told so, and that the connection ends`() async throws {
        let bad = try await endpoint.send(.put, "/outputs/a", "x", ["X-Upload-Token": "bad"])
        #expect(bad.status == 401)
        #expect(bad.json == ["detail": "Invalid upload token. Token must match an active job."])
        #expect(bad.headers[.connection] == "close")
        #expect(try await endpoint.send(.put, "/outputs/a", "x").status == 401)
        for path in ["", "/", "/outputs", "/outputs/a"] {
            let answer = try await endpoint.send(.get, path, nil, StorageEndpoint.stranger)
            #expect(answer.status == 401)
            #expect(answer.headers[.wwwAuthenticate] == "Bearer")
            #expect(answer.json["detail"]?.text?.hasPrefix("Authentication required to ") == true)
        }
    }

    @Test func `weakness 40: a client that signs is refused in XML, with a request id`() async throws {
        let authorization =
            "AWS4-HMAC-SHA256 Credential=nobody/20231114/r/s3/aws4_request, "
            + "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=" + String(repeating: "0", count: 64)
        var headers = [
            "Authorization": authorization, "x-amz-date": "20231114T221320Z",
            "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
        ]
        let unknown = try await endpoint.send(.put, "/outputs/a", "x", headers)
        #expect(unknown.status == 403)
        #expect(unknown.text.contains("<Code>InvalidAccessKeyId</Code>"))
        #expect(unknown.headers[.amzRequestID] != nil)
        headers["Authorization"] = authorization.replacing("nobody", with: endpoint.token())
        #expect(try await endpoint.send(.put, "/outputs/a", "x", headers).text.contains("SignatureDoesNotMatch"))
        headers["Authorization"] = authorization.replacing("nobody", with: "local")
        #expect(try await endpoint.send(.put, "/outputs/a", "x", headers).text.contains("SignatureDoesNotMatch"))
        headers["x-amz-date"] = "20231114T215719Z"
        #expect(try await endpoint.send(.put, "/outputs/a", "x", headers).text.contains("RequestTimeTooSkewed"))
        #expect(try await endpoint.send(.get, "/outputs").json["Contents"] == [])
    }

    @Test func `a body in chunks is stored without them, and one that lies is not stored`() async throws {
        let chunked = endpoint.asJob(headers: [
            "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-trailer": "x-amz-checksum-crc32",
        ])
        let body = "6\r\nhello\n\r\n0\r\nx-amz-checksum-crc32:NjowIA==\r\n\r\n"
        #expect(try await endpoint.send(.put, "/outputs/a", body, chunked).status == 200)
        #expect(try await endpoint.send(.get, "/outputs/a").text == "hello\n")
        let lie = body.replacing("NjowIA", with: "NjowIB")
        #expect(try await endpoint.send(.put, "/outputs/b", lie, chunked).status == 400)
        #expect(try await endpoint.send(.get, "/outputs/b").status == 404)
    }

    @Test func `weakness 40: an upload in parts becomes one object`() async throws {
        let created = try await endpoint.send(.post, "/outputs/big?uploads", nil, endpoint.asJob())
        let id = try #require(created.text.firstMatch(of: /<UploadId>(.*)<\/UploadId>/)?.output.1)
        let part = try await endpoint.send(
            .put, "/outputs/big?partNumber=1&uploadId=\(id)", "hello\n", endpoint.asJob())
        let etag = try #require(part.headers[.eTag])
        let xml =
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\(etag)</ETag></Part>"
            + "</CompleteMultipartUpload>"
        let done = try await endpoint.send(.post, "/outputs/big?uploadId=\(id)", xml, endpoint.asJob())
        #expect(done.text.contains("-1&quot;</ETag>"))
        #expect(try await endpoint.send(.get, "/outputs/big").text == "hello\n")
        let progress = endpoint.activity.snapshot(job: StorageEndpoint.job)
        #expect(progress?["files"] == 1)
        #expect(progress?["bytes_received"] == 6)
        #expect(progress?["uploads"]?.elements?.first?["state"] == "complete")
        #expect(progress?["uploads"]?.elements?.first?["parts_done"] == 1)
    }

    @Test func `all outputs are shown as one bucket, where the newest wins`() async throws {
        _ = try await endpoint.send(.put, "/outputs/same", "old", endpoint.asJob())
        _ = try await endpoint.send(.put, "/outputs/first", "1", endpoint.asJob())
        // Files written within one tick of the kernel's clock are equally new.
        for path in ["/same", "/first"] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)],
                ofItemAtPath: endpoint.folder.path + "/" + StorageEndpoint.job + path)
        }
        _ = try await endpoint.send(.put, "/outputs/same", "newer", endpoint.asJob(StorageEndpoint.otherJob))
        let listing = try await endpoint.send(.get, "/outputs").json["Contents"]?.elements
        #expect(listing?.map { $0["Key"] } == ["first", "same"])
        #expect(listing?.last?["Size"] == 5)
        #expect(try await endpoint.send(.get, "/outputs/same").text == "newer")
        let buckets = try await endpoint.send(.get, "").json
        #expect(buckets["Buckets"]?.elements?.map { $0["FileCount"] } == [1, 2])
        #expect(buckets["total_size"] == 9)
    }
}

@Suite struct UploadActivityTests {
    @Test func `what is remembered is bounded, and the longest untouched goes first`() throws {
        let bucket = try #require(BucketName(StorageEndpoint.job))
        let activity = UploadActivity(clock: { Timestamp(seconds: 1) })
        for number in 0..<(UploadActivity.keysMax + 50) {
            activity.begin(bucket, try ObjectKey("k\(number)"), total: 2, inParts: false)
        }
        #expect(activity.snapshot(job: bucket.text)?["uploads"]?.elements?.count == UploadActivity.keysMax)
        for number in 0..<(UploadActivity.jobsMax + 5) {
            activity.begin(try #require(BucketName("job-\(number)")), try ObjectKey("k"), total: nil, inParts: false)
        }
        let remembered = (0..<(UploadActivity.jobsMax + 5)).filter { activity.snapshot(job: "job-\($0)") != nil }
        #expect(remembered.count <= UploadActivity.jobsMax)
        #expect(activity.snapshot(job: "unknown") == nil)
    }

    @Test func `an upload tells how far it is and how it ended`() throws {
        let bucket = try #require(BucketName(StorageEndpoint.job))
        let activity = UploadActivity(clock: { Timestamp(seconds: 1_700_000_000) })
        let key = try ObjectKey("m/a")
        activity.begin(bucket, key, total: 8, inParts: false)
        activity.received(6, bucket, key)
        #expect(
            activity.snapshot(job: bucket.text) == [
                "uploads": [
                    [
                        "bucket": .string(bucket.text), "key": "m/a", "bytes_received": 6, "total_bytes": 8,
                        "percent": JSONValue(75.0),
                        "state": "receiving", "updated_at": "2023-11-14T22:13:20.000000+00:00",
                    ]
                ],
                "files": 0, "bytes_received": 6, "last_activity": "2023-11-14T22:13:20.000000+00:00",
            ])
        activity.end(bucket, key, .failed)
        #expect(activity.snapshot(job: bucket.text)?["uploads"]?.elements?.first?["state"] == "failed")
        #expect(activity.snapshot(job: bucket.text)?["files"] == 0)
    }
}

/// Before there are accounts.
private struct MachineAdministers: RouterMiddleware {
    func handle(
        _ request: Request, context: BackendContext,
        next: @concurrent (Request, BackendContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if context.origin == .socket || context.origin == .machine { context.caller = .localAdmin }
        return try await next(request, context)
    }
}
