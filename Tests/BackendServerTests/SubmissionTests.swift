import Foundation
import HTTPTypes
import JSON
import Jobs
import S3
import Storage
import Testing

@testable import BackendServer

@Suite struct SubmissionTests {
    private let order = #"{"config":{"--model_type":"lora","lr":1e-4},"config_name":"demo","idempotency_key":"k"}"#

    @Test func `a submission is answered, recorded and sent with what the job needs to come back`() async throws {
        let backend = try Backend()
        let answer = try await backend.submit(order)
        let id = try #require(answer["job_id"]?.text)
        #expect(answer["success"] == true)
        #expect(answer["status"] == "queued")
        #expect(answer["error"] == .null)
        #expect(answer["idempotent_hit"] == false)

        let sent = try #require(backend.replicate.predictions().first)
        #expect(sent["version"] == "simpletuner/advanced-trainer-h100:abc")
        #expect(sent["webhook"] == .string("https://t.example:8001/api/webhooks/replicate?job=\(id)"))
        let config = try JSONValue(parsing: try #require(sent["input"]?["config_json"]?.text))
        #expect(config["lr"] == .number("1e-4"))
        let publishing = try #require(config["publishing_config"]?.elements?.first)
        #expect(publishing["endpoint_url"] == "https://t.example:8001/api/cloud/storage")
        #expect(publishing["bucket"] == "outputs")
        let token = try #require(publishing["access_key"]?.text)
        #expect(publishing["secret_key"] == .string(backend.tokens.secret(token: token)))

        let date = Date(timeIntervalSince1970: backend.now.seconds)
        let grant = try #require(
            try await backend.database.uploadGrant(tokenHash: UploadTokens.hash(token), now: date))
        #expect(grant.jobID == id)
        #expect(backend.tokens.token(job: id, nonce: grant.nonce) == token)

        let shown = try await backend.send(.get, "/api/cloud/jobs/\(id)").body
        #expect(shown["job"]?["metadata"]?["prediction_id"] == "p1")
        #expect(shown["job"]?["upload_progress"]?["files"] == 1)
        #expect(!shown.jsonText.contains(token))
        #expect(try await backend.send(.get, "/api/cloud/jobs/p1").body["job"]?["job_id"] == .string(id))
    }

    @Test func `the same key makes one job, in the body or in the header`() async throws {
        let backend = try Backend()
        let first = try await backend.submit(order)
        let again = try await backend.submit(order)
        #expect(again["job_id"] == first["job_id"])
        #expect(again["idempotent_hit"] == true)
        #expect(backend.replicate.predictions().count == 1)
        let other = try await backend.send(
            .post, "/api/cloud/jobs", #"{"config":{"a":2}}"#, headers: ["Idempotency-Key": "k"]
        ).body
        #expect(other["success"] == false)
        #expect(other["job_id"] == .null)
        #expect(backend.replicate.predictions().count == 1)
    }

    @Test(arguments: [
        (#"{}"#, "", "No configuration provided"),
        (#"{"config":{"a":1}}"#, "?provider=nope", "Unknown provider: nope"),
        (#"{"config":{"a":1},"hardware_profile":"h9"}"#, "", "Unknown hardware profile: h9. Use one of"),
        (#"{"config":{"a":1},"webhook_url":"ftp://x"}"#, "", "Invalid webhook URL"),
        (#"{"config_name_to_load":"../../etc"}"#, "", "'../../etc' cannot be the name of a configuration."),
        (#"{"config_name_to_load":"none"}"#, "", "Configuration 'none' has no config.json, config.toml or config.env."),
    ])
    func `what cannot be submitted is answered with 200 and a reason`(
        body: String, query: String, error: String
    ) async throws {
        let backend = try Backend()
        let answer = try await backend.send(.post, "/api/cloud/jobs/submit\(query)", body)
        #expect(answer.status == 200)
        #expect(answer.body["success"] == false)
        #expect(answer.body["job_id"] == .null)
        #expect(answer.body["error"]?.text?.hasPrefix(error) == true)
        #expect(backend.replicate.calls.isEmpty)
    }

    @Test func `a refusal is told in the provider's words and leaves no job behind`() async throws {
        let backend = try Backend()
        backend.replicate.behave(.refuses)
        let answer = try await backend.submit(order)
        #expect(answer["success"] == false)
        #expect(answer["error"] == #"Replicate API error: {"detail": "bad input"}"#)
        #expect(try await backend.database.jobs(JobQuery()).total == 0)
        backend.replicate.behave(.works)
        #expect(try await backend.submit(order)["success"] == true)
    }

    @Test func `a lost answer is looked up instead of sending again`() async throws {
        let backend = try Backend()
        backend.replicate.behave(.losesAnswer)
        let answer = try await backend.submit(order)
        #expect(answer["status"] == "queued")
        #expect(answer["error"] == .null)
        #expect(backend.replicate.predictions().count == 1)
    }

    @Test func `what cannot be found stays pending, says so, and is never sent twice`() async throws {
        let backend = try Backend()
        backend.replicate.behave(.losesRequest)
        let answer = try await backend.submit(order)
        #expect(answer["success"] == true)
        #expect(answer["status"] == "pending")
        #expect(answer["error"] == .string(JobDispatcher.unclearSentence))
        backend.replicate.behave(.works)
        #expect(try await backend.submit(order)["status"] == "pending")
        await backend.reconciler.round()
        #expect(backend.replicate.predictions().isEmpty)
    }

    @Test func `a configuration is loaded by its name`() async throws {
        let backend = try Backend()
        let path = backend.folder.path + "/config/my-lora"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data(#"{"--rank": 16}"#.utf8).write(to: URL(filePath: path + "/config.json"))
        #expect(try await backend.submit(#"{"config_name_to_load":"my-lora"}"#)["success"] == true)
        let sent = try #require(backend.replicate.predictions().first?["input"]?["config_json"]?.text)
        #expect(try JSONValue(parsing: sent)["--rank"] == 16)
    }

    @Test(arguments: [
        #"{"push_to_hub":true}"#, #"{"--push_to_hub":"true"}"#, #"{"--publishing_config":[{"provider":"s3"}]}"#,
        #"{"publishing_config":"[]x"}"#,
    ])
    func `a configuration that publishes elsewhere is left alone`(config: String) async throws {
        let backend = try Backend()
        _ = try await backend.submit(#"{"config":\#(config)}"#)
        let sent = try #require(backend.replicate.predictions().first?["input"]?["config_json"]?.text)
        #expect(sent == config)
    }

    @Test func `without a public address nothing is injected and nobody is asked to call`() async throws {
        let backend = try Backend(["SIMPLETUNER_PUBLIC_URL": ""])
        _ = try await backend.submit(#"{"config":{"a":1}}"#)
        let sent = try #require(backend.replicate.predictions().first)
        #expect(sent["webhook"] == nil)
        #expect(sent["input"]?["webhook_config"] == nil)
        #expect(sent["input"]?["config_json"] == #"{"a":1}"#)
    }

    /// Each row: what is known of our address, and the origin that the provider is told.
    @Test(arguments: [
        ("https://env.example", #""https://conf.example""#, "http://order.example:1/x", "https://env.example"),
        ("", #""https://conf.example""#, "http://order.example:1/x", "https://conf.example"),
        ("", "null", "http://order.example:1/x?y", "http://order.example:1"),
    ])
    func `the public address is the setting's, else the provider's, else the webhook's`(
        setting: String, config: String, webhook: String, origin: String
    ) async throws {
        let backend = try Backend(["SIMPLETUNER_PUBLIC_URL": setting])
        _ = try await backend.send(.put, "/api/cloud/providers/replicate", #"{"s3_public_url":\#(config)}"#)
        _ = try await backend.submit(#"{"config":{"a":1},"webhook_url":"\#(webhook)"}"#)
        let sent = try #require(backend.replicate.predictions().first?["webhook"]?.text)
        #expect(sent.hasPrefix(origin + "/api/webhooks/replicate?job="))
    }

    @Test func `strangers cannot submit, and are told how to come in`() async throws {
        let backend = try Backend()
        for address in ["10.0.0.1", "127.0.0.2", "garbage", ""] {
            let answer = try await backend.send(
                .post, "/api/cloud/jobs/submit", order, headers: ["X-Real-IP": address])
            #expect(answer.status == 401, "\(address)")
            #expect(answer.headers[.wwwAuthenticate] == "Bearer")
        }
        for address in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            #expect(try await backend.send(.get, "/api/cloud/jobs", headers: ["X-Real-IP": address]).status == 200)
        }
    }
}
