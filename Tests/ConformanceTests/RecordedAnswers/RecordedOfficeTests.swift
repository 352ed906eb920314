import TestSupport
import Testing

extension ConformanceTests {
    /// Quotas, approvals, the trail and the streams.
    @Suite struct RecordedOfficeTests {
        private typealias Row = RecordedAnswer

        @Test func `quotas and approvals`() async throws {
            try await Installation.running(.up) { tuner in
                let answers = try await tuner.holds([
                    Row(
                        "113", "POST /api/quotas",
                        body: #"{"quota_type":"concurrent_jobs","limit_value":5,"action":"block"}"#,
                        shape: #"""
                            {"id":"number","quota_type":"string","limit_value":"number","action":"string",
                             "user_id":"number|null","level_id":"number|null","is_global":"boolean","+":["quota"]}
                            """#),
                    Row(
                        "114", "POST /api/quotas", body: #"{"quota_type":"x","limit_value":5}"#, status: 400,
                        shape: "$detail"),
                    // Ours: words are no ids, and a quota breaks nothing.
                    Row("115", "GET /api/quotas/me", shape: "$quotas"),
                    Row(
                        "116", "GET /api/quotas/types",
                        shape: #"""
                            {"quota_types":["string"],"actions":["string"],
                             "types":[{"name":"string","description":"string","unit":"string"}]}
                            """#),
                    Row("117", "GET /api/quotas/user/1", shape: "$quotas"),
                    Row("118", "POST /api/quotas/cost-estimate?estimated_cost=5", body: "", shape: "any".quoted),
                    Row("125", "GET /api/approvals/rules", shape: #"{"rules":[]}"#),
                    Row("126", "GET /api/approvals/requests", shape: #"{"requests":[],"pending_count":"number"}"#),
                ])
                #expect(
                    answers["114"]?.json["detail"].string?.hasPrefix("Invalid quota_type: x. Valid types: ") == true)
            }
        }

        @Test func `the audit trail`() async throws {
            try await StandInReplicate.serving { platform in
                try await Installation.running(.up, platform.settings) { tuner in
                    _ = try await tuner.submitJob(to: platform)
                    let answers = try await tuner.holds([
                        Row("119", "GET /api/audit?limit=2", shape: "$entries"),
                        Row(
                            "120", "GET /api/audit/stats",
                            shape: #"""
                                {"total_entries":"number","by_type":{"*":"number"},"last_24h":"number",
                                 "first_entry":"string","last_entry":"string"}
                                """#),
                        Row(
                            "121", "GET /api/audit/types",
                            shape: #"{"event_types":[{"value":"string","name":"string"}]}"#),
                        Row("122", "GET /api/audit/verify", shape: Self.verified),
                        Row("123", "GET /api/audit/verify?start_id=1", shape: Self.verified),
                        Row("124", "GET /api/audit/security", shape: "$entries"),
                    ])
                    #expect(answers["119"]?.json["entries"].elements.isEmpty == false)
                    // Ours: a part of the chain is as good as all of it.
                    for record in ["122", "123"] { #expect(answers[record]?.json["valid"] == true) }
                }
            }
        }

        private static let verified = #"""
            {"valid":"boolean","entries_checked":"number","broken_links":[],"first_id":"number","last_id":"number",
             "+":["reason"]}
            """#

        @Test func `streams`() async throws {
            try await StandInReplicate.serving { platform in
                try await Installation.running(.up, platform.settings) { tuner in
                    let job = try await tuner.submitJob(to: platform)
                    // Ours: both paths of the events are there.
                    for path in ["/api/events", "/api/events/stream"] {
                        let first = try await tuner.client.beginning(of: tuner.secureURL + path)
                        #expect(first.status == 200)
                        #expect(first.header("Content-Type") == "text/event-stream; charset=utf-8")
                        #expect(first.text.contains("event: connection\r\n"))
                        #expect(first.text.contains(#""type":"connected""#))
                    }
                    #expect(
                        try await platform.deliver(.succeeded, of: job.prediction.id, by: tuner.client).answer.status
                            == 200)
                    let logs = try await tuner.client.get(tuner.secureURL + "/api/cloud/jobs/\(job.id)/logs/stream")
                    #expect(logs.header("Content-Type")?.hasPrefix("text/event-stream") == true)
                    #expect(logs.text.contains("event: done"))
                    #expect(logs.text.contains("data: stream_end"))
                }
            }
        }
    }
}

extension String {
    /// As a JSON text.
    fileprivate var quoted: String { "\"\(self)\"" }
}
