import HTTP1
import Testing

@testable import GatewayServer

@Suite struct CredentialTests {
    private static let token = "s3cr3t-token-of-a-job-0123456789"

    private func credential(
        _ target: String, _ fields: [String], rule: UInt32 = 1, address: UInt128 = 1
    ) throws -> Credential? {
        let text = (["PUT \(target) HTTP/1.1", "Host: localhost"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
        let bytes = Array(text.utf8)
        var head = RequestHead()
        #expect(try head.parse(bytes.span) == bytes.count)
        return Credential(head, bytes.span, rule: rule, address: address)
    }

    private static let signed = "Authorization: AWS4-HMAC-SHA256 Credential=\(token)/20261127/auto/s3/aws4_request"

    @Test(arguments: [
        ("/k", ["X-Upload-Token: \(token)"], Credential.Place.token),
        ("/k", ["x-simpletuner-secret: \(token)"], .token),
        ("/k", [signed + ", SignedHeaders=host, Signature=00"], .header),
        ("/k?X-Amz-Credential=\(token)%2F20261127%2Fauto&X-Amz-Signature=1", [], .query),
        // The backend's order, in which a header counts that is not meant as one of S3's.
        ("/k?X-Amz-Credential=\(token)%2F20261127", ["Authorization: Bearer junk-junk-junk-junk-junk"], .query),
        ("/k?X-Amz-Credential=\(token)%2F20261127", ["X-Upload-Token: junk-junk-junk-junk-junk"], .token),
    ])
    func `a credential is found where the backend looks for it`(
        target: String, fields: [String], place: Credential.Place
    ) throws {
        #expect(try credential(target, fields)?.place == place)
    }

    @Test func `the signature has no part in it, the token and the rule have`() throws {
        let one = try #require(try credential("/", [Self.signed + ", Signature=a"]))
        #expect(try credential("/", [Self.signed + ", Signature=b"]) == one)
        #expect(try credential("/", [Self.signed + ", Signature=a"], address: 2) == one)
        #expect(try credential("/", [Self.signed + ", Signature=a"], rule: 2) != one)
        #expect(try credential("/", [Self.signed.replacing("s3cr3t", with: "s3cr3T") + ", Signature=a"]) != one)
    }

    /// SimpleTuner's own access key is the same for everybody.
    @Test func `what is no secret is another credential at each address`() throws {
        let local = "Authorization: AWS4-HMAC-SHA256 Credential=local/20261127/auto/s3/aws4_request, Signature=00"
        let one = try #require(try credential("/", [local]))
        #expect(try credential("/", [local]) == one)
        #expect(try credential("/", [local], address: 2) != one)
    }

    @Test(arguments: [
        ("/", []), ("/", ["Authorization: Basic dXNlcjpwYXNz"]), ("/", ["Authorization: Bearer \(token)"]),
        ("/", ["X-Upload-Token: " + String(repeating: "x", count: 513)]),
        // Nobody knows which one counts.
        ("/", ["X-Upload-Token: \(token)", "X-Upload-Token: \(token)x"]), ("/", [signed, signed]),
        ("/", [signed + ", Credential=\(token)x/20261127"]),
        ("/?X-Amz-Credential=\(token)%2F1&X-Amz-Credential=\(token)x%2F1", []),
    ])
    func `what nobody can be known by is no credential`(target: String, fields: [String]) throws {
        #expect(try credential(target, fields) == nil)
    }
}
