import Testing

@testable import S3

@Suite struct S3RequestTests {
    private static func read(_ method: String, _ target: String) throws -> S3Request {
        try S3Request(method: method, target: "/api/cloud/storage" + target, prefix: "/api/cloud/storage")
    }

    @Test(
        arguments: [
            ("GET", "", nil, nil, .listBuckets),
            ("GET", "/", nil, nil, .listBuckets),
            ("GET", "/outputs", "outputs", nil, .listObjects(ListQuery())),
            ("GET", "/outputs/", "outputs", nil, .listObjects(ListQuery())),
            ("HEAD", "/outputs", "outputs", nil, .headBucket),
            ("PUT", "/outputs/", "outputs", nil, .createBucket),
            ("GET", "/outputs/?location=", "outputs", nil, .bucketLocation),
            ("GET", "/outputs/m/a%20b", "outputs", "m/a b", .getObject),
            ("HEAD", "/outputs/m/%2541", "outputs", "m/%41", .headObject),
            ("PUT", "/outputs//lead?x-id=PutObject", "outputs", "/lead", .putObject),
            ("PUT", "/outputs/a//b", "outputs", "a//b", .putObject),
            ("PUT", "/outputs/x/../z", "outputs", "x/../z", .putObject),
            ("PUT", "/outputs/k?partNumber=10000&uploadId=u", "outputs", "k", .uploadPart(upload: "u", number: 10_000)),
            ("POST", "/outputs/k?uploads", "outputs", "k", .createUpload),
            ("POST", "/outputs/k?uploads=", "outputs", "k", .createUpload),
            ("POST", "/outputs/k?uploadId=u", "outputs", "k", .completeUpload(upload: "u")),
            ("DELETE", "/outputs/k?uploadId=u", "outputs", "k", .abortUpload(upload: "u")),
            ("DELETE", "/outputs/d/", "outputs", "d/", .deleteObject),
        ] as [(String, String, String?, String?, S3Request.Operation)])
    func `a request is understood`(
        method: String, target: String, bucket: String?, key: String?, operation: S3Request.Operation
    ) throws {
        let request = try Self.read(method, target)
        #expect(request.bucket == bucket)
        #expect(request.key?.text == key)
        #expect(request.operation == operation)
    }

    @Test(
        arguments: [
            ("DELETE", "", .methodNotAllowed), ("PATCH", "/outputs/k", .methodNotAllowed),
            ("DELETE", "/outputs", .notImplemented), ("POST", "/outputs?delete", .notImplemented),
            ("GET", "/outputs?policy", .noSuchBucketPolicy), ("PUT", "/outputs?policy", .notImplemented),
            ("GET", "/outputs/k?acl", .notImplemented), ("GET", "/outputs/k?uploadId=u", .notImplemented),
            ("PUT", "/outputs/k?partNumber=0&uploadId=u", .invalidArgument),
            ("PUT", "/outputs/k?partNumber=10001&uploadId=u", .invalidArgument),
            ("PUT", "/outputs/k?partNumber=1", .invalidArgument),
            ("PUT", "/outputs/%zz", .invalidURI), ("PUT", "/outputs/%FF", .invalidURI),
            ("PUT", "/outputs/%00", .invalidURI),
            ("PUT", "/outputs/é", .invalidURI), ("PUT", "x/k", .invalidURI), ("PUT", "//k", .invalidURI),
            ("PUT", "/outputs/" + String(repeating: "a", count: 1025), .keyTooLong),
            ("GET", "/outputs?max-keys=-1", .invalidArgument), ("GET", "/outputs?max-keys=x", .invalidArgument),
            ("GET", "/outputs?list-type=3", .invalidArgument),
            ("GET", "/outputs?list-type=2&continuation-token=zz", .invalidArgument),
            ("GET", "/outputs?" + String(repeating: "a&", count: 65), .invalidRequest),
        ] as [(String, String, S3Error.Code)])
    func `a request that is not offered is refused by name`(method: String, target: String, code: S3Error.Code) {
        #expect(refusal { try Self.read(method, target) } == code)
    }

    @Test func `a listing's parameters are decoded, and an empty delimiter is none`() throws {
        let token = ListQuery.continuationToken(marker: "m/é")
        let query = "list-type=2&prefix=m%2F&delimiter=&max-keys=5000&encoding-type=url&continuation-token=\(token)"
        guard case .listObjects(let list) = try Self.read("GET", "/outputs?\(query)").operation else {
            Issue.record("not a listing")
            return
        }
        #expect(list.prefix == "m/")
        #expect(list.delimiter == nil)
        #expect(list.keysMax == 1000)
        #expect(list.after == "m/é")
        #expect(list.isURLEncoded)
    }

    @Test(
        arguments: [
            ("a", ["a"]), ("a/b.c/d e", ["a", "b.c", "d e"]), ("a..b", ["a..b"]), ("...", ["..."]), ("é", ["é"]),
            ("a//b", nil), ("/a", nil), ("d/", nil), ("x/../z", nil), (".", nil), ("a/./b", nil), ("..", nil),
            (".stgw/x", nil), ("a/.stgw2", nil), ("a\u{1}b", nil), ("a\u{7f}", nil),
            // To Swift, a slash and an accent are one letter; to the kernel this is a way up.
            ("../\u{301}x", nil), ("a/\u{301}/../../x", nil),
            (String(repeating: "a", count: 255), [String(repeating: "a", count: 255)]),
            (String(repeating: "a", count: 256), nil), (String(repeating: "a/", count: 64) + "a", nil),
        ] as [(String, [String]?)])
    func `weakness 42: a key is a plain path or it is not`(key: String, components: [String]?) throws {
        #expect(try ObjectKey(key).components == components)
    }

    @Test func `keys are bytes`() throws {
        #expect(try ObjectKey("\u{e9}") != ObjectKey("e\u{301}"))
        #expect(
            try ["a-b", "a/b", "a0", "é"].map { try ObjectKey($0) }.shuffled().sorted().map(\.text) == [
                "a-b", "a/b", "a0", "é",
            ])
    }

    @Test(
        arguments: [
            ("outputs", true), ("abcdefghijklmnopqrstuvwx01", true), ("a.b-c", true),
            ("ab", false), ("Outputs", false), ("a_b", false), ("a..b", false), ("-ab", false), ("ab.", false),
            ("10.0.0.1", false), (".stgw", false), (String(repeating: "a", count: 64), false), ("a/b", false),
        ] as [(String, Bool)])
    func `a bucket's name follows the rules of S3`(name: String, isGood: Bool) {
        #expect((BucketName(name) != nil) == isGood)
    }

    @Test(
        arguments: [
            ("bytes=0-0", 0, 0), ("bytes=1-", 1, 9), ("bytes=-3", 7, 9), ("bytes=-99", 0, 9), ("bytes=5-99", 5, 9),
        ] as [(String, Int64, Int64)])
    func `a range is cut to the object`(header: String, first: Int64, last: Int64) throws {
        let range = try #require(try ByteRange(header, size: 10))
        #expect(range.first == first)
        #expect(range.last == last)
    }

    @Test(arguments: ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999-"])
    func `a range beyond the object is refused`(header: String) {
        #expect(refusal { try ByteRange(header, size: 10) } == .invalidRange)
    }

    @Test(arguments: ["bytes=", "bytes=-", "bytes=2-1", "bytes=0-1,3-4", "items=0-1", "bytes=a-b", "bytes=+1-2"])
    func `a range that is none is ignored`(header: String) throws {
        #expect(try ByteRange(header, size: 10) == nil)
    }

    @Test func `kept headers leave out the framing and are bounded`() throws {
        let headers = HeaderList([
            ("Content-Type", "text/plain"), ("Content-Encoding", "aws-chunked, gzip"), ("X-Amz-Meta-A", "1"),
            ("Authorization", "secret"),
        ])
        #expect(
            try ObjectHeaders.kept(of: headers)
                == ["content-type": "text/plain", "content-encoding": "gzip", "x-amz-meta-a": "1"])
        let large = HeaderList([("x-amz-meta-a", String(repeating: "x", count: 2048))])
        #expect(refusal { try ObjectHeaders.kept(of: large) } == .metadataTooLarge)
    }
}
