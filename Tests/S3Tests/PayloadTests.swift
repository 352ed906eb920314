import Testing

@testable import S3

@Suite struct PayloadTests {
    static let sha256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
    static let streaming = ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")

    /// What becomes of the body `hello\n` under some headers.
    static func receive(_ headers: [(String, String)], trailers: [(String, String)] = []) throws -> PayloadSummary {
        var digests = PayloadDigests(try PayloadPlan(HeaderList(headers.map { (name: $0.0, value: $0.1) })))
        digests.update(Array("hel".utf8))
        digests.update(Array("lo\n".utf8))
        return try digests.finish(trailers: HeaderList(trailers.map { (name: $0.0, value: $0.1) }))
    }

    @Test(
        arguments: [
            [], [("x-amz-content-sha256", "UNSIGNED-PAYLOAD")], [("x-amz-content-sha256", sha256)], [streaming],
            [("Content-MD5", "sZRqySSS0jR8YjW00mERhA==")], [("content-length", "6")],
            [("x-amz-checksum-crc32", "NjowIA==")], [("x-amz-checksum-sha1", "9XLTlvrpIGYocU+yzgD3LpTyJY8=")],
            [streaming, ("x-amz-decoded-content-length", "6"), ("content-length", "99")],
        ] as [[(String, String)]])
    func `a body that keeps every promise has the MD5 as its ETag`(headers: [(String, String)]) throws {
        let summary = try Self.receive(headers)
        #expect(summary.etag == "b1946ac92492d2347c6235b4d2611184")
        #expect(summary.size == 6)
    }

    @Test(
        arguments: [
            ([("x-amz-content-sha256", String(repeating: "0", count: 64))], .contentSHA256Mismatch),
            ([("x-amz-content-sha256", "abc")], .invalidArgument),
            ([("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")], .notImplemented),
            ([("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==")], .badDigest),
            ([("content-md5", "AAAA")], .invalidDigest),
            ([("content-length", "7")], .incompleteBody),
            ([streaming, ("x-amz-decoded-content-length", "5")], .incompleteBody),
            ([("x-amz-checksum-crc32", "AAAAAA==")], .badDigest),
            ([("x-amz-checksum-crc32", "AAAA")], .invalidRequest),
            ([streaming, ("x-amz-trailer", "x-amz-checksum-crc32")], .malformedTrailer),
            ([streaming, ("x-amz-trailer", "x-amz-checksum-md4")], .invalidRequest),
        ] as [([(String, String)], S3Error.Code)])
    func `a broken promise has its own code`(headers: [(String, String)], code: S3Error.Code) {
        #expect(refusal { try Self.receive(headers) } == code)
    }

    @Test func `a checksum in the trailer is compared`() throws {
        let headers = [Self.streaming, ("x-amz-trailer", "x-amz-checksum-crc32")]
        let summary = try Self.receive(headers, trailers: [("X-Amz-Checksum-Crc32", "NjowIA==")])
        #expect(summary.checksum == Checksum(.crc32, value: "NjowIA=="))
        #expect(refusal { try Self.receive(headers, trailers: [("x-amz-checksum-crc32", "AAAAAA==")]) } == .badDigest)
    }

    @Test(
        arguments: [
            (.crc32, "y/Q5Jg=="), (.crc32c, "4waSgw=="), (.crc64nvme, "rosUhgp5mIg="),
        ] as [(ChecksumAlgorithm, String)])
    func `checksums of 123456789 are the published ones, in one piece and in nine`(
        algorithm: ChecksumAlgorithm, value: String
    ) {
        var whole = ChecksumDigest(algorithm)
        whole.update(Array("123456789".utf8))
        #expect(Base64.encode(whole.value) == value)
        var pieces = ChecksumDigest(algorithm)
        for byte in "123456789".utf8 { pieces.update([byte]) }
        #expect(pieces.value == whole.value)
    }

    @Test func `a long run of bytes has the checksum that zlib gives it`() {
        var digest = ChecksumDigest(.crc32)
        for _ in 0..<5 { digest.update(Array(0...255)) }
        #expect(Base64.encode(digest.value) == "HnptJA==")
    }

    @Test func `parts are combined over their checksums`() {
        func part(_ byte: Character, _ count: Int) -> Checksum {
            var digest = ChecksumDigest(.crc32)
            digest.update(Array(String(repeating: byte, count: count).utf8))
            return Checksum(.crc32, value: Base64.encode(digest.value))
        }
        #expect(Checksum.composite(of: [part("a", 10), part("b", 5)])?.value == "z8egKg==-2")
        #expect(Checksum.composite(of: [part("a", 10), nil]) == nil)
        #expect(Checksum.composite(of: [part("a", 10), Checksum(.sha1, value: "AAAA")]) == nil)
    }
}
