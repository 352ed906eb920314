import JSON
import Jobs
import Providers
import Secrets
import Synchronization
import Testing

@Suite struct RemoteSecretsTests {
    /// A web of addresses with answers, which remembers who called.
    private final class Web: Sendable {
        let calls = Mutex<[OutboundCall]>([])
        let answers: [String: (Int, String)]

        init(_ answers: [String: (Int, String)]) { self.answers = answers }

        var outbound: Outbound {
            Outbound { [self] call, _ throws(OutboundFailure) in
                calls.withLock { $0.append(call) }
                guard let (status, body) = answers[call.url] else { throw .notSent("nobody is there") }
                return OutboundAnswer(status: status, body: Array(body.utf8))
            }
        }

        var urls: [String] { calls.withLock { $0.map(\.url) } }
        func header(_ name: String) -> String? {
            calls.withLock { $0.first?.headers.first { $0.name == name }?.value }
        }
    }

    private let now = Timestamp(seconds: 1_440_938_160)

    private func vault(_ web: Web) async throws -> SecretValues {
        try await VaultSecrets(
            url: "http://vault:8200/", path: "/a b/c", token: "s.x", outbound: web.outbound, patience: .seconds(1)
        ).read(now)
    }

    private static let second = "http://vault:8200/v1/secret/data/a%20b/c"
    private static let first = "http://vault:8200/v1/secret/a%20b/c"

    @Test func `a Vault's second version is read`() async throws {
        let web = Web([Self.second: (200, #"{"data":{"data":{"replicate_api_token":"r8_a","n":1},"metadata":{}}}"#)])
        #expect(try await vault(web) == [.replicateToken: "r8_a"])
        #expect(web.urls == [Self.second])
        #expect(web.header("X-Vault-Token") == "s.x")
    }

    @Test(arguments: [404, 403]) func `a Vault's first version is read where there is no second`(status: Int)
        async throws
    {
        let web = Web([Self.second: (status, "{}"), Self.first: (200, #"{"data":{"HF_TOKEN":"hf_a"}}"#)])
        #expect(try await vault(web) == [.hubToken: "hf_a"])
        #expect(web.urls == [Self.second, Self.first])
    }

    @Test func `a Vault without our place has nothing, and one that fails is told of`() async throws {
        #expect(try await vault(Web([Self.second: (404, "{}"), Self.first: (404, "{}")])) == [:])
        await #expect(throws: RemoteProblem("it answered 503")) { try await vault(Web([Self.second: (503, "")])) }
        await #expect(throws: RemoteProblem("nobody is there")) { try await vault(Web([:])) }
    }

    private func aws(_ web: Web, session: String? = nil) async throws -> SecretValues {
        try await AWSSecrets(
            secretName: "tuner/prod", region: "us-east-1", url: nil,
            credentials: AWSSecrets.Credentials(
                keyID: "AKIDEXAMPLE", key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", sessionToken: session),
            outbound: web.outbound, patience: .seconds(1)
        ).read(now)
    }

    private static let aws = "https://secretsmanager.us-east-1.amazonaws.com/"

    private static let signed =
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/secretsmanager/aws4_request"
        + ", SignedHeaders=content-type;host;x-amz-date;x-amz-target"
        + ", Signature=8d8a77e45cd9280cd23b7e63304adf9c0a3b4fe1fcbd3989f9392ab59a9cf018"
    private static let signedWithSession =
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/secretsmanager/aws4_request"
        + ", SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target"
        + ", Signature=730fdc9351cb5f07ca5ed601ce56b8762960141610db03f3e99f99913d04f8df"

    /// The signature was made by botocore 1.43.11 for the same request.
    @Test func `AWS is asked with a signature, and tells one document`() async throws {
        let web = Web([Self.aws: (200, #"{"SecretString":"{\"REPLICATE_API_TOKEN\":\"r8_a\"}"}"#)])
        #expect(try await aws(web) == [.replicateToken: "r8_a"])
        #expect(web.header("x-amz-date") == "20150830T123600Z")
        #expect(web.header("authorization") == Self.signed)
        let session = Web([Self.aws: (200, #"{"SecretString":"{}"}"#)])
        #expect(try await aws(session, session: "token") == [:])
        #expect(session.header("authorization") == Self.signedWithSession)
    }

    @Test(arguments: [(400, "{}"), (200, "[]"), (200, #"{"SecretString":"plain"}"#), (200, #"{"SecretBinary":"x"}"#)])
    func `an answer of AWS that is no document is told of`(status: Int, body: String) async throws {
        await #expect(throws: RemoteProblem.self) { try await aws(Web([Self.aws: (status, body)])) }
    }
}
