import HTTPTypes
import JSON
import Jobs
import Settings
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
        (
            #"{"cost_limit_period":"hourly"}"#, 400, "Cost limit period must be 'daily', 'weekly', or 'monthly'"
        ),
        (#"{"cost_limit_amount":-1}"#, 400, "Cost limit amount must be non-negative"),
        (#"{"cost_limit_amount":"5"}"#, 422, "cost_limit_amount: Input should be a valid number"),
        (#"{"cost_limit_action":"shout"}"#, 400, "Cost limit action must be 'warn' or 'block'"),
        (#"{"s3_output_path":"outputs"}"#, 400, "s3_output_path must be an absolute path, or begin with ~/."),
        (#"{"max_runtime_minutes":0}"#, 422, "max_runtime_minutes: Input should be between 1 and 525600"),
        (#"{"preferences":[]}"#, 422, "preferences: Input should be a valid dictionary"),
        (#"{"ssl_verify":"no"}"#, 422, "ssl_verify: Input should be a valid boolean"),
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

    /// A proxy that wants TLS itself would be shown its password in plain.
    @Test(arguments: ["corp:3128", "https://u:p@corp:3128", "socks5://corp:1080", "http://"])
    func `what is no proxy of ours is refused`(text: String) async throws {
        let answer = try await Backend().send(
            .put, "/api/cloud/providers/replicate", JSONValue.object(["proxy_url": .string(text)]).jsonText)
        #expect(answer.status == 400)
        #expect(answer.body["detail"]?.text?.hasPrefix("proxy_url must have the form http://") == true)
    }

    @Test func `the panel shows what holds, and goes back to what holds for everybody`() async throws {
        let backend = try Backend()
        let path = "/api/cloud/providers/replicate/advanced"
        let untouched: JSONValue = [
            "ssl_verify": true, "ssl_ca_bundle": nil, "proxy_url": nil, "http_timeout": 30,
            "webhook_ip_allowlist_enabled": false, "webhook_allowed_ips": [],
        ]
        #expect(try await backend.send(.get, path).body == untouched)
        let set = try await backend.send(
            .patch, path,
            #"{"ssl_verify":false,"acknowledge_ssl_risk":true,"proxy_url":"http://127.0.0.1:3128","http_timeout":60}"#)
        #expect(
            set.body == [
                "ssl_verify": false, "ssl_ca_bundle": nil, "proxy_url": "http://127.0.0.1:3128", "http_timeout": 60,
                "webhook_ip_allowlist_enabled": false, "webhook_allowed_ips": [],
            ])
        _ = try await backend.send(
            .patch, path, #"{"ssl_verify":true,"proxy_url":"","http_timeout":0,"webhook_allowed_ips":[]}"#)
        #expect(try await backend.send(.get, path).body == untouched)
    }

    @Test func `outputs go where the configuration says, from the next start on`() async throws {
        let backend = try Backend()
        let settings = backend.providers.settings
        #expect(try await OutputFolder.path(settings, backend.database) == settings.paths.outputs)
        let answer = try await backend.send(.put, "/api/cloud/providers/replicate", #"{"s3_output_path":"/srv/out"}"#)
        #expect(answer.body["warnings"] == ["s3_output_path is used from the next start on."])
        #expect(try await OutputFolder.path(settings, backend.database) == "/srv/out")
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
