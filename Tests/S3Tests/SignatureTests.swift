import Testing

@testable import S3

/// The expected signatures were computed with botocore 1.43, and those of s3cmd's form by hand from the specification.
@Suite struct SignatureTests {
    static let token = "CQkJCQkJCQkJCQkJCQkJCfilI87kzFjzDV3csQONiHk"
    static let secret = "s3cret/Key+of=test"
    /// 2026-11-23T21:41:36Z.
    static let now: Int64 = 1_795_470_096
    static let emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let request: SignedRequest
    }

    static func authorization(_ region: String, _ signed: String, _ signature: String) -> (String, String) {
        (
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=\(token)/20261123/\(region)/s3/aws4_request, SignedHeaders=\(signed), "
                + "Signature=\(signature)"
        )
    }

    static func request(
        _ method: String = "GET", _ target: String, host: String = "tuner.example.com:8001",
        hash: String? = emptyHash, _ headers: [(String, String)]
    ) -> SignedRequest {
        var fields = [("Host", host), ("X-Amz-Date", "20261123T214136Z")] + headers
        if let hash { fields.append(("X-Amz-Content-SHA256", hash)) }
        return SignedRequest(
            method: method, target: "/api/cloud/storage\(target)",
            headers: HeaderList(fields.map { (name: $0.0, value: $0.1) }), hosts: [host], prefix: "/api/cloud/storage")
    }

    static let put = request(
        "PUT", "/outputs/sp%20ace/%2541", hash: "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
        [
            ("Content-Type", "text/plain"), ("x-amz-meta-note", "a  b"),
            authorization(
                "us-east-1", "content-type;host;x-amz-content-sha256;x-amz-date;x-amz-meta-note",
                "43a13f702247892bdc991c7233560d7f83899008be09b3ab1c835e98bed64949"),
        ])

    static let presigned = SignedRequest(
        method: "GET",
        target: "/api/cloud/storage/outputs/m/a%20b.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=\(token)"
            + "%2F20261123%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20261123T214136Z&X-Amz-Expires=3600"
            + "&X-Amz-SignedHeaders=host&X-Amz-Signature="
            + "72d2eabd1be21bdaa199f02fa235c194556b3fceca4a563d3e0266f5ec5e7e0f",
        headers: HeaderList([("Host", "tuner.example.com:8001")]), hosts: ["tuner.example.com:8001"],
        prefix: "/api/cloud/storage")

    static let accepted = [
        Case(testDescription: "boto3, single put with metadata and an escaped key", request: put),
        Case(
            testDescription: "boto3 over TLS, a part in aws-chunked",
            request: request(
                "PUT", "/outputs/m/big.bin?uploadId=0123&partNumber=2", host: "127.0.0.1:8001",
                hash: "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                [
                    ("X-Amz-Trailer", "x-amz-checksum-crc32"), ("X-Amz-Decoded-Content-Length", "6"),
                    ("Content-Encoding", "aws-chunked"),
                    authorization(
                        "us-east-1",
                        "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-trailer",
                        "ee5de01ad8fe7c270601167aa7c1603a7715e22b66e281bb9e53772578fcae85"),
                ])),
        Case(
            testDescription: "boto3, a listing, where a proxy added the default port to Host",
            request: request(
                "GET", "/outputs?list-type=2&prefix=m%2F&delimiter=%2F&encoding-type=url",
                host: "tuner.example.com:443",
                [
                    authorization(
                        "us-east-1", "host;x-amz-content-sha256;x-amz-date",
                        "36e4ca3d978f0344600df38854479b4e8cfc0e3faa1715a1fc433d70527603cc")
                ])),
        Case(testDescription: "a presigned URL", request: presigned),
        Case(
            testDescription: "s3cmd, with the prefix in the signed host and region US",
            request: request(
                "GET", "/outputs/?prefix=m/",
                [
                    authorization(
                        "US", "host;x-amz-content-sha256;x-amz-date",
                        "a4b5618dac2a5a9fcbefe11f0ae5ebb87cc303251819a29331365d91727fcc17")
                ])),
        Case(
            testDescription: "a path that was signed encoded and sent plain",
            request: request(
                "GET", "/outputs/a(b)",
                [
                    authorization(
                        "us-east-1", "host;x-amz-content-sha256;x-amz-date",
                        "0e16a9b13cb273938ed035a75c8fb58a667f445eae818a91596ea7aa0563e61e")
                ])),
    ]

    @Test(arguments: accepted)
    func `a signature made by a client is accepted with its secret and no other`(_ example: Case) throws {
        let claim = try #require(try SignatureClaim.find(in: example.request))
        #expect(claim.accessKey == Self.token)
        let check = try SignatureCheck(claim, request: example.request, now: Self.now)
        #expect(check.matches(secret: Self.secret))
        #expect(!check.matches(secret: Self.secret + "x"))
    }

    @Test func `a signature holds for one method, path, query, header and host only`() throws {
        let header = try #require(Self.put.headers["authorization"])
        func matches(
            _ method: String, _ target: String, host: String = "tuner.example.com:8001", note: String = "a  b"
        ) throws -> Bool {
            let request = Self.request(
                method, target, host: host, hash: Self.put.headers["x-amz-content-sha256"],
                [("Content-Type", "text/plain"), ("x-amz-meta-note", note), ("Authorization", header)])
            let claim = try #require(try SignatureClaim.find(in: request))
            return try SignatureCheck(claim, request: request, now: Self.now).matches(secret: Self.secret)
        }
        #expect(try matches("PUT", "/outputs/sp%20ace/%2541"))
        #expect(try !matches("DELETE", "/outputs/sp%20ace/%2541"))
        #expect(try !matches("PUT", "/outputs/sp%20ace/%2542"))
        #expect(try !matches("PUT", "/outputs/sp%20ace/A"))
        #expect(try !matches("PUT", "/outputs/sp%20ace/%2541?partNumber=1"))
        #expect(try !matches("PUT", "/outputs/sp%20ace/%2541", host: "evil.example.com:8001"))
        #expect(try !matches("PUT", "/outputs/sp%20ace/%2541", note: "a c"))
    }

    @Test func `the name under which a tunnel is known counts as well as Host`() throws {
        let other = SignedRequest(
            method: "GET", target: "\(Self.presigned.path)?\(Self.presigned.query)", headers: HeaderList([]),
            hosts: ["127.0.0.1:8080", "tuner.example.com:8001"], prefix: "/api/cloud/storage")
        let claim = try #require(try SignatureClaim.find(in: other))
        #expect(try SignatureCheck(claim, request: other, now: Self.now).matches(secret: Self.secret))
    }

    @Test(
        arguments: [
            (-901, .requestTimeTooSkewed), (-900, nil), (0, nil), (900, nil), (901, .requestTimeTooSkewed),
        ] as [(Int64, S3Error.Code?)])
    func `a header's signature is good for a quarter of an hour either way`(
        offset: Int64, refused: S3Error.Code?
    ) throws {
        let claim = try #require(try SignatureClaim.find(in: Self.put))
        let error = refusal { try SignatureCheck(claim, request: Self.put, now: Self.now + offset) }
        #expect(error == refused)
    }

    @Test(arguments: [(-901, false), (-900, true), (3600, true), (3601, false)] as [(Int64, Bool)])
    func `a presigned URL is good until it expires`(offset: Int64, isGood: Bool) throws {
        let claim = try #require(try SignatureClaim.find(in: Self.presigned))
        let error = refusal { try SignatureCheck(claim, request: Self.presigned, now: Self.now + offset) }
        #expect(error == (isGood ? nil : .accessDenied))
    }

    @Test(arguments: ["host;x-amz-date", "x-amz-content-sha256;x-amz-date", "host;x-amz-content-sha256"])
    func `host and every x-amz header must be signed`(signed: String) throws {
        let request = Self.request(
            "GET", "/outputs", [Self.authorization("us-east-1", signed, String(repeating: "0", count: 64))])
        let claim = try #require(try SignatureClaim.find(in: request))
        #expect(refusal { try SignatureCheck(claim, request: request, now: Self.now) } == .accessDenied)
    }

    private static let noSignature = "SignedHeaders=host, Signature=" + String(repeating: "0", count: 64)

    @Test(
        arguments: [
            ("AWS4-HMAC-SHA256 nothing", .authorizationHeaderMalformed),
            ("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=00", .authorizationHeaderMalformed),
            ("AWS4-HMAC-SHA256 Credential=a/20261122/r/s3/aws4_request, \(noSignature)", .authorizationHeaderMalformed),
            (
                "AWS4-HMAC-SHA256 Credential=a/20261123/r/ec2/aws4_request, \(noSignature)",
                .authorizationHeaderMalformed
            ),
            ("AWS AKID:signature", .invalidRequest),
            ("AWS4-ECDSA-P256-SHA256 Credential=a", .invalidRequest),
        ] as [(String, S3Error.Code)])
    func `a claim that cannot be read is refused`(authorization: String, code: S3Error.Code) {
        let request = Self.request("GET", "/outputs", [("Authorization", authorization)])
        #expect(refusal { try SignatureClaim.find(in: request) } == code)
    }

    @Test(arguments: ["0", "604801", "-1", "x", ""])
    func `a presigned URL may last a week at most`(expires: String) {
        let request = SignedRequest(
            method: "GET",
            target: "\(Self.presigned.path)?"
                + Self.presigned.query.replacing("X-Amz-Expires=3600", with: "X-Amz-Expires=\(expires)"),
            headers: HeaderList([]), hosts: [], prefix: "")
        #expect(refusal { try SignatureClaim.find(in: request) } == .authorizationQueryParametersError)
    }

    @Test func `a request with a bearer token or nothing claims no signature`() throws {
        #expect(try SignatureClaim.find(in: Self.request("GET", "/outputs", [])) == nil)
        #expect(try SignatureClaim.find(in: Self.request("GET", "/outputs", [("Authorization", "Bearer x")])) == nil)
    }
}

/// The code with which something is refused; nil when it is not.
func refusal(_ work: () throws -> some Any) -> S3Error.Code? {
    do {
        _ = try work()
        return nil
    } catch {
        return (error as? S3Error)?.code
    }
}
