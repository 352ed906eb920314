import HTTPTypes
import JSON
import Jobs
import Storage
import Testing

@testable import BackendServer

@Suite struct ProviderConfigurationTests {
    @Test func `a change is merged, null leaves alone, and an empty value takes away`() async throws {
        let backend = try Backend()
        let path = "/api/cloud/providers/replicate"
        _ = try await backend.send(
            .put, path, #"{"http_timeout":5,"hardware_profile":"l40s","webhook_allowed_ips":["10.0.0.1/8"]}"#)
        let answer = try await backend.send(
            .put, path + "/config", #"{"http_timeout":null,"hardware_profile":"","version_override":"o/m:1"}"#)
        let expected: JSONValue = [
            "provider": "replicate",
            "config": ["http_timeout": 5, "webhook_allowed_ips": ["10.0.0.1/8"], "version_override": "o/m:1"],
        ]
        #expect(answer.body == expected)
        #expect(try await backend.send(.get, path + "/config").body == expected)
        #expect(try await backend.send(.put, path, #"{"http_timeout":0}"#).body["config"]?["http_timeout"] == nil)
    }

    /// Each row: a body, and the refusal.
    @Test(arguments: [
        (#"{"webook_allowed_ips":[]}"#, 400, "Unknown configuration key: webook_allowed_ips"),
        (
            #"{"webhook_allowed_ips":["300.1.1.1/8"]}"#, 422,
            #"webhook_allowed_ips[0]: "300.1.1.1/8" is no IP address and no network such as 10.0.0.0/8 or 2001:db8::/32."#
        ),
        (#"{"webhook_allowed_ips":["::1",7]}"#, 422, "webhook_allowed_ips[1]: Input should be a valid string"),
        (
            #"{"webhook_ip_allowlist_enabled":"on"}"#, 422,
            "webhook_ip_allowlist_enabled: Input should be a valid boolean"
        ),
        (#"{"webhook_rate_limit_max":0}"#, 422, "webhook_rate_limit_max: Input should be between 1 and 10000"),
        (#"{"s3_rate_limit_max":10001}"#, 422, "s3_rate_limit_max: Input should be between 1 and 10000"),
        (#"{"webhook_rate_limit_window":3601}"#, 422, "webhook_rate_limit_window: Input should be between 1 and 3600"),
        (#"{"s3_rate_limit_window":1.5}"#, 422, "s3_rate_limit_window: Input should be a valid integer"),
        (#"{"webhook_allowed_ips":"10.0.0.1"}"#, 422, "webhook_allowed_ips: Input should be a valid list"),
        (#"{"http_timeout":"abc"}"#, 422, "http_timeout: Input should be a valid number"),
        (#"{"http_timeout":3601}"#, 400, "http_timeout must be at most 3600 seconds."),
        (#"{"webhook_require_signature":1}"#, 422, "webhook_require_signature: Input should be a valid boolean"),
        (#"{"api_base_url":"ftp://x"}"#, 400, "api_base_url must be an http or https URL."),
        (#"{"api_base_url":"https://user@x/v1"}"#, 400, "api_base_url must be an http or https URL."),
        (
            #"{"s3_public_url":"https://x/path"}"#, 400,
            "s3_public_url must be scheme, host and port only, as in https://tuner.example.com:8001."
        ),
        (#"{"version_override":"latest"}"#, 400, "version_override must have the form owner/model:version."),
        (
            #"{"hardware_info":{"h100":{"cost_per_second":-1}}}"#, 400,
            "hardware_info.h100.cost_per_second must be a number that is not negative."
        ),
        ("[]", 422, "The body must be a JSON object."),
        ("{", 422, "The body is not valid JSON."),
    ])
    func `what makes no sense is refused by its name, and nothing is stored`(
        body: String, status: Int, detail: String
    ) async throws {
        let backend = try Backend()
        let answer = try await backend.send(.put, "/api/cloud/providers/replicate", body)
        #expect(answer.status == status)
        #expect(answer.body["detail"] == .string(detail))
        #expect(try await backend.database.providerConfig("replicate").isEmpty)
    }

    @Test func `an unknown provider is 404`() async throws {
        let answer = try await Backend().send(.put, "/api/cloud/providers/nope", "{}")
        #expect(answer.status == 404)
        #expect(answer.body == ["detail": "Unknown provider: nope"])
    }

    @Test func `prices and profile of the configuration count for a job`() async throws {
        let backend = try Backend()
        _ = try await backend.send(
            .put, "/api/cloud/providers/replicate",
            #"{"hardware_profile":"l40s-x2","hardware_info":{"l40s":{"name":"L","cost_per_second":2}}}"#)
        let id = try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
        _ = try await backend.webhook(#"{"id":"p1","status":"succeeded","metrics":{"predict_time":3}}"#)
        let job = try #require(try await backend.database.job(id))
        #expect(job.hardwareType == "2x L40S")
        #expect(job.costUSD == 12)
    }
}
