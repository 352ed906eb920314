import TestSupport
import Testing

extension IntegrationTests {
    /// What the other tests take for granted about the platform they talk to.
    @Suite struct StandInReplicateTests {
        private let order: JSON = ["version": "simpletuner/advanced-trainer-h100:5c7d", "input": ["config_json": "{}"]]

        @Test func `it knows its token, and remembers predictions`() async throws {
            try await StandInReplicate.serving { platform in
                try await APIClient.trusting(nil) { client in
                    let stranger = try await client.get(platform.url + "/account")
                    #expect(stranger.status == 401)
                    let created = try await send("POST", "/predictions", order, platform, client)
                    #expect(created.status == 201)
                    #expect(created.json["status"] == "starting")
                    #expect(created.json["model"] == "simpletuner/advanced-trainer-h100")
                    let id = try #require(created.json["id"].string)
                    let same = try await send("GET", "/predictions/\(id)", nil, platform, client)
                    #expect(same.json == created.json)
                    let list = try await send("GET", "/predictions", nil, platform, client)
                    #expect(list.json["results"].elements == [created.json])
                    let canceled = try await send("POST", "/predictions/\(id)/cancel", nil, platform, client)
                    #expect(canceled.json["status"] == "canceled")
                    let unknown = try await send("GET", "/predictions/none", nil, platform, client)
                    #expect(unknown.status == 404)
                    let account = try await send("GET", "/account", nil, platform, client)
                    #expect(account.json["username"].string != nil)
                    let secret = try await send("GET", "/webhooks/default/secret", nil, platform, client)
                    #expect(secret.json["key"].string?.hasPrefix("whsec_") == true)
                    let versions = try await send(
                        "GET", "/models/simpletuner/advanced-trainer-h100/versions", nil, platform, client)
                    #expect(versions.json["results"].elements.count == 1)
                }
            }
        }

        @Test func `a planned fault happens once`() async throws {
            try await StandInReplicate.serving { platform in
                try await APIClient.trusting(nil) { client in
                    platform.plan(.status(500), for: .createPrediction)
                    platform.plan(.lostAnswer, for: .createPrediction)
                    let refused = try await send("POST", "/predictions", order, platform, client)
                    #expect(refused.status == 500)
                    #expect(platform.predictions.isEmpty)
                    await #expect(throws: (any Error).self) {
                        try await send("POST", "/predictions", order, platform, client)
                    }
                    #expect(platform.predictions.count == 1)
                    let accepted = try await send("POST", "/predictions", order, platform, client)
                    #expect(accepted.status == 201)
                    #expect(platform.count(of: .createPrediction) == 3)
                }
            }
        }

        private func send(
            _ method: String, _ path: String, _ body: JSON?, _ platform: StandInReplicate, _ client: APIClient
        ) async throws -> Answer {
            try await client.send(
                method, platform.url + path, headers: ["Authorization": "Bearer \(platform.token)"],
                body: try body?.bytes)
        }
    }
}
