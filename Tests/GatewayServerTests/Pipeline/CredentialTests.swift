import HTTP1
import Testing

@testable import GatewayServer

@Suite struct CredentialTests {
    private static let token = "s3cr3t-token-of-a-job-0123456789"

    /// The hash that a request of this target and these fields has.
    private func hash(_ target: String, _ fields: [String]) throws -> UInt128? {
        let text = (["PUT \(target) HTTP/1.1", "Host: localhost"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
        let bytes = Array(text.utf8)
        var head = RequestHead()
        #expect(try head.parse(bytes.span) == bytes.count)
        return Credential.hash(head, bytes.span)
    }

    @Test(arguments: [
        ("/k", ["X-Upload-Token: \(token)"]), ("/k", ["x-simpletuner-secret: \(token)"]),
        ("/k", ["Authorization: Bearer \(token)"]), ("/k", ["Authorization: AWS \(token):signature="]),
        (
            "/k",
            ["Authorization: AWS4-HMAC-SHA256 Credential=\(token)/20261127/auto/s3/aws4_request, Signature=00"]
        ),
        ("/k?X-Amz-Credential=\(token)%2F20261127%2Fauto&X-Amz-Signature=1", []),
        ("/k?AWSAccessKeyId=\(token)&Signature=x", []),
    ])
    func `one token has one hash, wherever it is shown`(target: String, fields: [String]) throws {
        let expected = try #require(try hash("/", ["X-Upload-Token: \(Self.token)"]))
        #expect(try hash(target, fields) == expected)
    }

    @Test func `another token has another hash, and the signature has no part in it`() throws {
        let one = try hash("/", ["Authorization: AWS \(Self.token):a"])
        #expect(try hash("/", ["Authorization: AWS \(Self.token):b"]) == one)
        #expect(try hash("/", ["Authorization: AWS \(Self.token)x:a"]) != one)
    }

    @Test(arguments: [
        [], ["Authorization: AWS local:signature"], ["Authorization: Basic dXNlcjpwYXNz"],
        ["Authorization: AWS4-HMAC-SHA256 Credential=local/20261127/auto/s3/aws4_request"], ["X-Upload-Token: short"],
        ["X-Upload-Token: " + String(repeating: "x", count: 513)],
    ])
    func `what is no secret is no credential`(fields: [String]) throws {
        #expect(try hash("/", fields) == nil)
    }
}
