import TestSupport
import Testing

extension ConformanceTests {
    /// Rows 074 to 098, in the order of one job's life.
    @Suite struct RecordedWebhookTests {
        private typealias Row = RecordedAnswer

        private static let path = "POST /api/webhooks/replicate"
        private static let received = #"{"status":"string","job_id":"string","updates":{"*":"string"}}"#
        private static let ignored = #"{"status":"string","reason":"string"}"#
        private static let duplicate = #"{"status":"string"}"#

        private func row(
            _ record: String, _ platform: StandInReplicate, to question: String = path, _ body: String, id: String,
            age: Int = 0, status: Int = 200, shape: String
        ) -> Row {
            Row(
                record, question, body: body, headers: platform.signature(of: body, messageID: id, age: age),
                status: status, shape: shape)
        }

        @Test func `webhooks of a job`() async throws {
            try await StandInReplicate.serving { platform in
                try await Installation.running(.up, platform.settings) { tuner in
                    let job = try await tuner.submitJob(to: platform)
                    let prediction = job.prediction.id
                    let running = #"{"type":"training.status","job_id":"\#(prediction)","status":"running"}"#
                    let failed = #"{"event_type":"failed","job_id":"\#(prediction)","error":"CUDA out of memory"}"#
                    let platformsOwn = #"{"id":"\#(prediction)","status":"processing","logs":"line one\n"}"#
                    let unknown = #"{"event_type":"completed","job_id":"unknown-job","output":"https://x.example/o"}"#
                    let answers = try await tuner.holds([
                        Row("074", Self.path, body: running, status: 401, shape: "$detail"),
                        row("076", platform, running, id: "m0", age: 600, status: 401, shape: "$detail"),
                        row("077", platform, running, id: "m1", shape: Self.received),
                        // Ours: a message is taken once.
                        row("078", platform, running, id: "m1", shape: Self.duplicate),
                        row("080", platform, "{", id: "m2", status: 400, shape: "$detail"),
                        // Ours: nobody's job is not received.
                        row("081", platform, unknown, id: "m3", shape: Self.ignored),
                        // Ours: the platform's own body is understood.
                        row("082", platform, platformsOwn, id: "m4", shape: Self.received),
                        row(
                            "086", platform, to: "POST /api/webhooks/otherprovider", running, id: "m5", status: 404,
                            shape: "$detail"),
                        // Ours: the path that the web page shows to users works.
                        row(
                            "087", platform, to: "POST /api/cloud/webhook/replicate", running, id: "m6",
                            shape: Self.received),
                        row("088", platform, failed, id: "m7", shape: Self.received),
                        // Ours: what has ended stays so.
                        row("089", platform, running, id: "m8", shape: Self.received),
                        Row("090", "GET /api/cloud/jobs/\(job.id)", shape: #"{"job":"$job"}"#),
                    ])
                    #expect(answers["074"]?.json["detail"] == "Webhook signature required but not provided.")
                    #expect(answers["076"]?.json["detail"] == "Invalid webhook signature")
                    #expect(answers["078"]?.json["status"] == "duplicate")
                    #expect(answers["081"]?.json["status"] == "ignored")
                    #expect(answers["088"]?.json["updates"]["error_message"] == "CUDA out of memory")
                    #expect(answers["089"]?.json["updates"] == [:])
                    #expect(answers["090"]?.json["job"]["status"] == "failed")
                }
            }
        }

        /// Ours: who is not on the list is not believed about where they come from, and the refusal is written down.
        @Test func `webhooks from elsewhere`() async throws {
            try await StandInReplicate.serving { platform in
                try await Installation.running(.up, platform.settings) { tuner in
                    let list = try await tuner.client.put(
                        tuner.plainURL + "/api/cloud/providers/replicate", ["webhook_allowed_ips": ["10.9.9.9"]])
                    #expect(list.status == 200)
                    var refused = row(
                        "084", platform, #"{"type":"training.status","job_id":"x","status":"running"}"#, id: "m1",
                        status: 403, shape: "$detail")
                    // From a stranger: the last hop is what we saw.
                    refused.headers["X-Forwarded-For"] = "10.9.9.9, 203.0.113.7"
                    try await tuner.holds([refused])
                    let entries = try await wait(until: "the refusal was in the trail") {
                        let answer = try await tuner.holds([
                            Row("085", "GET /api/audit?event_type=webhook_rejected&limit=100", shape: "$entries")
                        ])
                        let entries = answer["085"]?.json["entries"].elements ?? []
                        return entries.isEmpty ? nil : entries
                    }
                    #expect(entries[0]["actor_ip"] == "203.0.113.7")
                }
            }
        }

        /// Ours: the breaker that opened is among those that are shown.
        @Test func `a provider that fails five times is left alone for a while`() async throws {
            try await StandInReplicate.serving { platform in
                var settings = platform.settings
                // A port that nobody listens at.
                settings["TUNERGATE_REPLICATE_URL"] = "http://127.0.0.1:1/v1"
                try await Installation.running(.up, settings) { tuner in
                    for _ in 0..<5 { _ = try await tuner.submit(["config": ["a": 1]]) }
                    let answers = try await tuner.holds([
                        Row("097", "POST /api/cloud/jobs/submit", body: #"{"config":{"a":1}}"#, shape: "$refused"),
                        Row(
                            "098", "GET /api/cloud/circuit-breakers",
                            shape: #"""
                                {"circuit_breakers":[{"name":"string","state":"string","failure_count":"number",
                                 "success_count":"number","last_failure":"string|null",
                                 "retry_after":"number|string|null"}],"total":"number"}
                                """#),
                    ])
                    #expect(
                        answers["097"]?.json["error"]
                            == "Provider 'replicate' is temporarily unavailable. Please try again later.")
                    let states = answers["098"]?.json["circuit_breakers"].elements.map { $0["state"] }
                    #expect(states?.contains("open") == true)
                }
            }
        }
    }
}
