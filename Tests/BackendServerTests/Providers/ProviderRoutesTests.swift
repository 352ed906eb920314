import Foundation
import HTTPTypes
import JSON
import Jobs
import NetworkAddress
import Providers
import Storage
import Synchronization
import Testing

@testable import BackendServer

@Suite struct ProviderRoutesTests {
    @Test func `the list has the providers with their machines, and says what is configured`() async throws {
        let backend = try Backend()
        _ = try await backend.send(.put, "/api/cloud/providers/replicate", #"{"hardware_profile":"h100-x2"}"#)
        let list = try await backend.send(.get, "/api/cloud/providers").body["providers"]?.elements ?? []
        #expect(list.map { $0["id"] } == ["replicate", "simpletuner_io"])
        let replicate = try #require(list.first?.members)
        #expect(
            Set(replicate.keys) == [
                "id", "name", "description", "model", "version", "hardware", "cost_per_hour", "configured",
                "coming_soon", "hardware_profile", "hardware_profiles",
            ])
        #expect(replicate["configured"] == true)
        #expect(replicate["model"] == "simpletuner/advanced-trainer-h100-x2")
        #expect(replicate["hardware"] == "2x H100")
        #expect(replicate["cost_per_hour"]?.double == 10.98)
        #expect(replicate["hardware_profiles"]?.elements?.count == 8)
        #expect(
            replicate["hardware_profiles"]?.elements?.first == [
                "id": "h100", "model": "simpletuner/advanced-trainer-h100", "label": "H100", "hardware_type": "H100",
                "cost_per_hour": JSONValue(5.49), "cost_per_second": JSONValue(0.001525),
            ])
        #expect(list.last?["coming_soon"] == true)
        let poor = try Backend(["REPLICATE_API_TOKEN": ""])
        let answer = try await poor.send(.get, "/api/cloud/providers").body["providers"]
        #expect(answer?.elements?.first?["configured"] == false)
    }

    @Test func `a token is validated, and where it is from is told`() async throws {
        let backend = try Backend()
        for path in ["/api/cloud/providers/replicate/validate", "/api/cloud/replicate/validate"] {
            let answer = try await backend.send(.get, path).body
            #expect(
                answer == [
                    "valid": true, "error": nil,
                    "user_info": [
                        "valid": true, "username": "me", "name": nil, "github_url": nil, "token_source": "environment",
                    ],
                ])
        }
        let poor = try Backend(["REPLICATE_API_TOKEN": ""])
        #expect(
            try await poor.send(.get, "/api/cloud/providers/replicate/validate").body == [
                "valid": false, "user_info": nil, "error": "No API token configured",
            ])
        #expect(try await backend.send(.get, "/api/cloud/providers/nope/validate").status == 404)
    }

    @Test func `versions are listed, newest first, and no other place of the API is asked`() async throws {
        let backend = try Backend()
        let answer = try await backend.send(.get, "/api/cloud/providers/replicate/versions").body
        #expect(
            answer == [
                "versions": [
                    [
                        "id": "abc", "created_at": nil, "model_id": "simpletuner/advanced-trainer-h100",
                        "full_version": "simpletuner/advanced-trainer-h100:abc",
                    ]
                ],
                "current_version": nil, "error": nil,
            ])
        for model in ["../account", "a", "a/b/c", "a/..", "a/b%3Fx", "a%2Fb%2F.."] {
            let refused = try await backend.send(.get, "/api/cloud/providers/replicate/versions?model_id=\(model)")
            #expect(refused.status == 422, "\(model)")
        }
    }

    @Test func `a token is saved to the file and counts at once, and deleted again`() async throws {
        let backend = try Backend(["REPLICATE_API_TOKEN": ""])
        let path = "/api/cloud/providers/replicate/token"
        let bad = try await backend.send(.put, path, #"{"api_token":"nope"}"#)
        #expect(bad.status == 200)
        #expect(
            bad.body == [
                "success": false, "file_path": nil, "error": "Invalid token format. Replicate tokens start with 'r8_'",
            ])
        let file = backend.folder.path + "/secrets.json"
        let saved = try await backend.send(.put, path, #"{"api_token":" r8_saved\n"}"#).body
        #expect(saved == ["success": true, "file_path": .string(file), "error": nil])
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "{\"REPLICATE_API_TOKEN\":\"r8_saved\"}\n")
        let validated = try await backend.send(.get, "/api/cloud/providers/replicate/validate").body
        #expect(validated["user_info"]?["token_source"] == "file")
        let audit = try await backend.send(.get, "/api/audit").text
        #expect(audit.contains("credential.created") && !audit.contains("r8_saved"))
        #expect(try await backend.send(.delete, path).body["success"] == true)
        #expect(try await backend.submit(#"{"config":{"a":1}}"#)["success"] == false)
    }

    @Test func `who saves a token that the environment overrides is told so`() async throws {
        let answer = try await Backend().send(
            .put, "/api/cloud/providers/replicate/token", #"{"api_token":"r8_saved"}"#)
        #expect(answer.body["success"] == true)
        #expect(
            answer.body["warning"] == "REPLICATE_API_TOKEN is set in the environment, which wins over the file.")
    }

    @Test func `machines and prices are listed`() async throws {
        let backend = try Backend()
        let options = try await backend.send(.get, "/api/cloud/hardware-options").body
        #expect(options["hardware"]?.elements?.count == 8)
        #expect(options["default_hardware"] == "h100")
        let billing = try await backend.send(.get, "/api/cloud/providers/replicate/billing").body
        #expect(billing["balance"] == .null)
        #expect(billing["hardware"]?["l40s-x8"]?["cost_per_second"]?.double == 0.007777776)
    }

    @Test func `the status page is asked once a minute`() async throws {
        let backend = try Backend()
        backend.replicate.elsewhere.withLock {
            $0 = { _ in
                .success(
                    OutboundAnswer(
                        status: 200,
                        body: Array(
                            #"{"ongoing_incidents":[{"name":"slow"}],"scheduled_maintenances":[{"status":"in_progress"},{"status":"scheduled"}]}"#
                                .utf8)))
            }
        }
        let status = try await backend.send(.get, "/api/cloud/system-status").body
        #expect(status["operational"] == false)
        #expect(status["ongoing_incidents"] == [["name": "slow"]])
        #expect(status["in_progress_maintenances"]?.elements?.count == 1)
        #expect(status["scheduled_maintenances"]?.elements?.count == 1)
        #expect(status["error"] == .null)
        let broken = try await Backend().send(.get, "/api/cloud/replicate/status").body
        #expect(broken["operational"] == true)
        #expect(broken["error"] == "The status page cannot be read: there is nobody else")
    }

    /// Weakness 53: every job was priced as one L40S, and relabelled by the first poll.
    @Test func `weakness 53: a job costs what its machine costs, and keeps its name through a poll`() async throws {
        let backend = try Backend()
        let id = try #require(
            try await backend.submit(#"{"config":{"a":1},"hardware_profile":"h100-x8"}"#)["job_id"]?.text)
        backend.replicate.set("p1", ["status": "processing", "hardware": "gpu-l40s"])
        await backend.reconciler.round()
        #expect(try await backend.database.job(id)?.hardwareType == "8x H100")
        backend.replicate.set("p1", ["status": "succeeded", "metrics": ["predict_time": 1000]])
        await backend.reconciler.round()
        let job = try #require(try await backend.database.job(id))
        #expect(job.status == .completed)
        #expect(job.hardwareType == "8x H100")
        #expect(job.costUSD == 12.2)
    }
}
