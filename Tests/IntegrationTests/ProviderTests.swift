import TestSupport
import Testing

extension IntegrationTests {
    @Suite struct ProviderTests {
        /// Also when the platform cannot be asked what became of it: then its webhook tells.
        @Test(arguments: [false, true])
        func `a submission whose answer is lost ends in one prediction and one job`(isListLost: Bool) async throws {
            try await StandInReplicate.serving { platform in
                try await Installation.running(.up, platform.settings) { tuner in
                    platform.plan(.lostAnswer, for: .createPrediction)
                    if isListLost { platform.plan(.status(500), for: .listPredictions) }
                    let order = Installation.order(idempotencyKey: "once")
                    let first = try await tuner.submit(order)
                    #expect(first.status == 200)
                    let second = try await tuner.submit(order)
                    #expect(second.json["success"] == true, "\(second.text)")
                    #expect(platform.predictions.count == 1)

                    let id = try #require(platform.predictions.first?.id)
                    let running = try await platform.deliver(.processing, of: id, by: tuner.client)
                    #expect(running.answer.status == 200)
                    let jobs = try await tuner.client.get(tuner.secureURL + "/api/cloud/jobs").json["jobs"].elements
                    #expect(jobs.map { $0["job_id"] } == [second.json["job_id"]])
                    #expect(jobs.map { $0["status"] } == ["running"])
                    #expect(jobs.map { $0["metadata"]["prediction_id"] } == [.string(id)])
                }
            }
        }

        @Test func `a platform that refuses is told to the client, and leaves no live job`() async throws {
            try await StandInReplicate.serving { platform in
                try await Installation.running(.up, platform.settings) { tuner in
                    platform.plan(.status(422), for: .createPrediction)
                    let answer = try await tuner.submit(Installation.order())
                    #expect(answer.status == 200)
                    #expect(answer.json["success"] == false)
                    #expect(answer.json["error"].string?.isEmpty == false)
                    #expect(platform.predictions.isEmpty)
                    let jobs = try await tuner.client.get(tuner.secureURL + "/api/cloud/jobs").json["jobs"].elements
                    #expect(jobs.filter { $0["is_active"] == true } == [])
                }
            }
        }

        @Test func `a cancelled job is cancelled at the platform, and its keys are dead`() async throws {
            try await StandInReplicate.serving { platform in
                try await Installation.running(.up, platform.settings) { tuner in
                    let job = try await tuner.submitJob(to: platform)
                    let answer = try await tuner.client.post(
                        tuner.secureURL + "/api/cloud/jobs/\(job.id)/cancel", [:])
                    #expect(answer.status == 200)
                    #expect(answer.json["status"] == "cancelled")
                    #expect(platform.predictions.map(\.status) == [.canceled])
                    let upload = try await tuner.client.send(
                        "PUT", job.keys.url("late.txt"), headers: ["X-Upload-Token": job.keys.token], body: [1])
                    #expect(upload.status == 401)
                }
            }
        }
    }
}
