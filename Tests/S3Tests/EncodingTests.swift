import Testing

@testable import S3

@Suite struct EncodingTests {
    @Test(
        arguments: [
            ("sp%20ace/%2541", "sp ace/%41"), ("%C3%A9", "é"), ("a+b", "a+b"), ("", ""),
            ("%", nil), ("%4", nil), ("%zz", nil), ("%FF", nil),
        ] as [(String, String?)])
    func `a path is decoded once, or not at all`(text: String, decoded: String?) {
        #expect(PercentEncoding.decode(text) == decoded)
    }

    @Test func `encoding leaves the unreserved alone and writes capitals`() {
        #expect(PercentEncoding.encode("aZ09-_.~/é+*", keepingSlash: true) == "aZ09-_.~/%C3%A9%2B%2A")
        #expect(PercentEncoding.encode("a/b", keepingSlash: false) == "a%2Fb")
    }

    @Test(
        arguments: [("", []), ("Zg==", [102]), ("Zm8=", [102, 111]), ("+/+/", [251, 255, 191])] as [(String, [UInt8])])
    func `base64 goes both ways`(text: String, bytes: [UInt8]) {
        #expect(Base64.decode(text) == bytes)
        #expect(Base64.encode(bytes) == text)
    }

    @Test(arguments: ["Zg", "Zg=", "Zh==", "Z===", "Zg==Zg==", "Zm8-", " Zm8"])
    func `base64 that is not canonical is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(
        arguments: [
            (0, "19700101T000000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_400, "20000229T000000Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_795_470_096, "20261123T214136Z", "Mon, 23 Nov 2026 21:41:36 GMT"),
            (4_107_542_399, "21000228T235959Z", "Sun, 28 Feb 2100 23:59:59 GMT"),
        ] as [(Int64, String, String)])
    func `a moment is spelled three ways`(seconds: Int64, signing: String, http: String) {
        let time = CivilTime(secondsSince1970: seconds)
        #expect(time.signingTimestamp == signing)
        #expect(time.http == http)
        #expect(CivilTime(signingTimestamp: signing) == time)
        #expect(time.xml.filter(\.isNumber).dropLast(3) == signing.filter(\.isNumber)[...])
    }

    @Test(arguments: [
        "20260231T000000Z", "20261323T000000Z", "20261123T240000Z", "2026-11-23T00:00", "20261123T21413xZ", "",
    ])
    func `a moment that never was is refused`(text: String) {
        #expect(CivilTime(signingTimestamp: text) == nil)
    }
}
