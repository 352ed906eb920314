import Testing

@testable import S3

@Suite struct XMLTests {
    private static func read(_ xml: String) throws -> [CompleteUpload.Part] {
        try CompleteUpload(Array(xml.utf8)).parts
    }

    private static let hash = "b1946ac92492d2347c6235b4d2611184"

    @Test(arguments: [
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\(hash)</ETag></Part></CompleteMultipartUpload>",
        "<?xml version=\"1.0\"?>\n<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n <Part>"
            + "\n<ETag>&quot;\(hash)&quot;</ETag><PartNumber> 1 </PartNumber>\n</Part></CompleteMultipartUpload>\n",
        "<s3:CompleteMultipartUpload xmlns:s3='x'><!-- <Part> --><s3:Part><s3:PartNumber>1</s3:PartNumber>"
            + "<s3:ETag>\"\(hash)\"</s3:ETag><s3:Extra/></s3:Part></s3:CompleteMultipartUpload>",
        "\u{feff}<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&#34;\(hash)&#x22;</ETag></Part>"
            + "</CompleteMultipartUpload>",
    ])
    func `a completion is read as every client writes it`(xml: String) throws {
        #expect(try Self.read(xml) == [CompleteUpload.Part(number: 1, etag: Self.hash)])
    }

    @Test func `a part's checksum is read`() throws {
        let xml =
            "<CompleteMultipartUpload><Part><ChecksumCRC32>NjowIA==</ChecksumCRC32><ETag>x</ETag>"
            + "<PartNumber>3</PartNumber></Part></CompleteMultipartUpload>"
        #expect(try Self.read(xml).first?.checksum == Checksum(.crc32, value: "NjowIA=="))
    }

    private static func parts(_ numbers: [Int]) -> String {
        let parts = numbers.map { "<Part><PartNumber>\($0)</PartNumber><ETag>x</ETag></Part>" }
        return "<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>"
    }

    @Test(
        arguments: [
            ("", .malformedXML), ("<a/>", .malformedXML), ("not xml", .malformedXML),
            ("<CompleteMultipartUpload>", .malformedXML), ("<CompleteMultipartUpload/>", .malformedXML),
            ("<CompleteMultipartUpload><Part></CompleteMultipartUpload></Part>", .malformedXML),
            (
                "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>",
                .malformedXML
            ),
            ("<!DOCTYPE x [<!ENTITY a \"b\">]>" + parts([1]), .malformedXML),
            ("<CompleteMultipartUpload><Part><ETag>&a;</ETag></Part></CompleteMultipartUpload>", .malformedXML),
            (parts([0]), .malformedXML), (parts([10_001]), .malformedXML),
            (parts([2, 1]), .invalidPartOrder), (parts([1, 1]), .invalidPartOrder),
            ("<CompleteMultipartUpload>" + String(repeating: "<a>", count: 100), .malformedXML),
        ] as [(String, S3Error.Code)])
    func `a completion that is none is refused`(xml: String, code: S3Error.Code) {
        #expect(refusal { try Self.read(xml) } == code)
    }

    @Test func `every beginning of a good completion is refused`() {
        let xml = Self.parts([1, 2])
        for end in xml.utf8.indices.dropFirst() {
            #expect(refusal { try Self.read(String(xml[..<end])) } == .malformedXML)
        }
    }

    @Test func `the ETag of parts is the MD5 of their MD5s`() {
        // MD5 of "a" x 10 and "b" x 5.
        let upload = CompleteUpload(parts: [
            CompleteUpload.Part(number: 1, etag: "e09c80c42fda55f9d992e59ca6b3307d"),
            CompleteUpload.Part(number: 2, etag: "a21075a36eeddd084e17611a238c7101"),
        ])
        #expect(upload.etag == "94bfe67beece4111821a3daf596d366f-2")
        #expect(CompleteUpload(parts: [CompleteUpload.Part(number: 1, etag: "x")]).etag == nil)
    }

    @Test func `an error names code, message, resource and request, escaped`() {
        let error = S3Error(.noSuchKey, "No <key>.")
        #expect(
            XMLText.error(error, resource: "/b/&", requestID: "1").text == """
                <?xml version="1.0" encoding="UTF-8"?>
                <Error><Code>NoSuchKey</Code><Message>No &lt;key&gt;.</Message><Resource>/b/&amp;</Resource>\
                <RequestId>1</RequestId></Error>
                """)
    }

    private static var page: ListingPage {
        var page = ListingPage()
        page.entries = [.init(key: "a b", size: 6, etag: hash, modified: 1_795_470_096.5)]
        page.commonPrefixes = ["m/"]
        page.next = "m/"
        return page
    }

    @Test func `a listing of version 2 counts and continues`() {
        var query = ListQuery(version: .two(continuationToken: nil, startAfter: nil), delimiter: "/")
        query.isURLEncoded = true
        #expect(
            XMLText.listing(Self.page, bucket: "outputs", query: query).text == """
                <?xml version="1.0" encoding="UTF-8"?>
                <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>outputs</Name><Prefix></Prefix>\
                <Delimiter>/</Delimiter><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType>\
                <IsTruncated>true</IsTruncated><KeyCount>2</KeyCount><NextContinuationToken>6d2f</NextContinuationToken>\
                <Contents><Key>a%20b</Key><LastModified>2026-11-23T21:41:36.000Z</LastModified>\
                <ETag>&quot;\(Self.hash)&quot;</ETag><Size>6</Size><StorageClass>STANDARD</StorageClass></Contents>\
                <CommonPrefixes><Prefix>m/</Prefix></CommonPrefixes></ListBucketResult>
                """)
    }

    @Test func `a listing of version 1 has markers`() {
        let text = XMLText.listing(Self.page, bucket: "outputs", query: ListQuery(after: "a")).text
        #expect(text.contains("<Marker>a</Marker><NextMarker>m/</NextMarker>"))
        #expect(text.contains("<Key>a b</Key>"))
        #expect(!text.contains("KeyCount"))
    }
}
