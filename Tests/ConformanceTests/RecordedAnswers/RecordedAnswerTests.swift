import TestSupport
import Testing

/// What SimpleTuner's users get from its own server they get here: the same status, keys and JSON types.
///
/// Where the contract finds SimpleTuner wrong the row says so, beginning with "ours".
extension ConformanceTests {
    @Suite struct RecordedAnswerTests {
        private typealias Row = RecordedAnswer

        @Test func `health, metrics and hints`() async throws {
            try await Installation.running(.up) { tuner in
                let answers = try await tuner.holds([
                    Row("001", "GET /health", shape: #"{"status":"string","mode":"string"}"#),
                    Row("004", "GET /api/cloud/health", shape: "$health"),
                    // Ours: the parameter that the guide names is known.
                    Row("005", "GET /api/cloud/health?include_providers=true", shape: "$health"),
                    Row("006", "GET /api/cloud/health/live", shape: #"{"status":"string"}"#),
                    Row("007", "GET /api/cloud/health/ready", shape: #"{"status":"string"}"#),
                    Row("008", "GET /api/cloud/metrics/prometheus", shape: nil),
                    Row("009", "GET /api/cloud/metrics/config", shape: "$metrics"),
                    Row(
                        "011", "GET /api/cloud/metrics/config/templates",
                        shape: #"""
                            {"templates":[{"id":"string","name":"string","description":"string",
                             "categories":["string"]}]}
                            """#),
                    Row(
                        "014", "POST /api/cloud/metrics/config/apply-template/minimal", body: "", shape: "$metrics"),
                    Row(
                        "020", "POST /api/cloud/metrics/config/preview", body: #"["jobs","health"]"#,
                        shape: #"{"content":"string","metric_count":"number","categories_used":["string"]}"#),
                    Row(
                        "021", "POST /api/cloud/metrics/config/preview", body: "null",
                        shape: #"{"content":"string","metric_count":"number","categories_used":["string"]}"#),
                    Row("099", "GET /api/cloud/metrics/prometheus", shape: nil),
                    Row(
                        "103", "GET /api/cloud/hints/status",
                        shape: #"{"dataloader_hint_dismissed":"boolean","git_hint_dismissed":"boolean"}"#),
                    Row(
                        "104", "POST /api/cloud/hints/dismiss/git", body: "",
                        shape: #"{"success":"boolean","hint":"string"}"#),
                    Row(
                        "105", "POST /api/cloud/hints/show/git", body: "",
                        shape: #"{"success":"boolean","hint":"string"}"#),
                    Row("106", "POST /api/cloud/hints/dismiss/zzz", body: "", status: 400, shape: "$detail"),
                    Row("173", "GET /api/cloud/hints", shape: #"{"dismissed_hints":["string"]}"#),
                ])
                #expect(answers["008"]?.text.hasPrefix("# Prometheus export disabled.") == true)
                #expect(answers["008"]?.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
                #expect(answers["099"]?.text.contains("simpletuner_jobs_total") == true)
                let named = answers["005"]?.json["components"].elements.map { $0["name"] }
                #expect(named?.contains("replicate_api") == true)
            }
        }

        @Test func `providers and their configuration`() async throws {
            try await StandInReplicate.serving { platform in
                try await Installation.running(.up, platform.settings) { tuner in
                    let config = "PUT /api/cloud/providers/replicate/config"
                    let advanced = "PATCH /api/cloud/providers/replicate/advanced"
                    let answers = try await tuner.holds([
                        Row(
                            "022", "GET /api/cloud/providers",
                            shape: #"""
                                {"providers":[{"id":"string","name":"string","description":"string","model":"string|null",
                                 "version":"string|null","hardware":"string","cost_per_hour":"number|null",
                                 "configured":"boolean","coming_soon":"boolean",
                                 "+":["hardware_profile","hardware_profiles"]}]}
                                """#),
                        Row(
                            "026", config, body: #"{"webhook_allowed_ips":["300.1.1.1/8"]}"#, status: 422,
                            shape: "$invalid"),
                        Row("028", config, body: #"{"cost_limit_period":"hourly"}"#, status: 400, shape: "$detail"),
                        Row("029", config, body: #"{"cost_limit_amount":-1}"#, status: 400, shape: "$detail"),
                        Row("030", config, body: #"{"http_timeout":"abc"}"#, status: 422, shape: "$invalid"),
                        Row(
                            "033", advanced,
                            body: #"""
                                {"ssl_verify":false,"acknowledge_ssl_risk":true,"proxy_url":"http://127.0.0.1:3128",
                                 "http_timeout":60}
                                """#, shape: "$advanced"),
                        Row(
                            "034", advanced, body: #"{"webhook_allowed_ips":["34.82.0.0/16","1.2.3.4/32","10.1.2.3"]}"#,
                            shape: "$advanced"),
                        Row(
                            "036", advanced,
                            body: #"{"ssl_verify":true,"proxy_url":"","http_timeout":0,"webhook_allowed_ips":[]}"#,
                            shape: "$advanced"),
                        Row(
                            "038", "GET /api/cloud/providers/replicate/versions",
                            shape: #"""
                                {"versions":[{"id":"string","created_at":"string","model_id":"string",
                                 "full_version":"string"}],"current_version":"string|null","error":"string|null"}
                                """#),
                        Row(
                            "040", "PUT /api/cloud/providers/replicate/token", body: #"{"api_token":"nope"}"#,
                            shape: #"{"success":"boolean","file_path":"null","error":"string"}"#),
                        Row(
                            "041", "POST /api/cloud/providers/replicate/test-webhook", body: "",
                            shape:
                                #"{"success":"boolean","message":"string","latency_ms":"number|null","error":"string|null"}"#
                        ),
                    ])
                    #expect(answers["026"]?.json["detail"].string?.contains("300.1.1.1/8") == true)
                    #expect(answers["034"]?.json["webhook_ip_allowlist_enabled"] == true)
                    #expect(answers["036"]?.json["proxy_url"] == .null)
                    #expect(answers["036"]?.json["http_timeout"] == 30)
                    #expect(answers["038"]?.json["versions"].elements.isEmpty == false)
                    #expect(answers["040"]?.json["success"] == false)
                }
            }
        }

        @Test func `jobs, and what was uploaded for one`() async throws {
            try await StandInReplicate.serving { platform in
                try await Installation.running(.up, platform.settings) { tuner in
                    try await tuner.holds([
                        Row("042", "GET /api/cloud/jobs", shape: #"{"jobs":[],"total":"number","+":["has_more"]}"#),
                        Row("043", "GET /api/cloud/jobs?job_type=x", status: 400, shape: "$detail"),
                        Row("044", "GET /api/cloud/jobs?limit=501", status: 422, shape: "$invalid"),
                        Row("045", "POST /api/cloud/jobs/submit", body: "{}", shape: "$refused"),
                        Row(
                            "046", "POST /api/cloud/jobs/submit?provider=nope", body: #"{"config":{"a":1}}"#,
                            shape: "$refused"),
                    ])
                    platform.plan(.status(400), for: .createPrediction)
                    try await tuner.holds([
                        Row(
                            "050", "POST /api/cloud/jobs/submit", body: #"{"config":{"FAILME":1}}"#,
                            shape: "$refused")
                    ])
                    let job = try await tuner.submitJob(to: platform)
                    let words = ["job": job.id, "token": job.keys.token]
                    try await tuner.holds(Self.jobRows, words)
                    try await tuner.holds(Self.storageRows, words)
                    let answers = try await tuner.holds(
                        [
                            Row("095", "POST /api/cloud/jobs/{job}/cancel", body: "", shape: Self.cancelled),
                            Row("093", "POST /api/cloud/jobs/{job}/cancel", body: "", status: 409, shape: "$coded"),
                            Row(
                                "092", "PUT /api/cloud/storage/outputs/m/late.txt", body: "x",
                                headers: ["X-Upload-Token": "{token}"], status: 401, shape: "$detail"),
                            Row("091", "GET /api/cloud/jobs/{job}", shape: #"{"job":"$job"}"#),
                            Row("100", "GET /api/cloud/metrics", shape: Self.metrics),
                        ], words)
                    #expect(answers["100"]?.json["job_count"] != 0, "ours: the jobs are counted")
                }
            }
        }

        private static let cancelled = #"{"success":"boolean","job_id":"string","status":"string"}"#

        private static let metrics = #"""
            {"credit_balance":"number|null","estimated_jobs_remaining":"number|null","total_cost":"number",
             "job_count":"number","avg_job_duration_seconds":"number|null","jobs_by_status":{"*":"number"},
             "cost_by_day":[{"date":"string","total_jobs":"number","completed":"number","failed":"number",
             "cancelled":"number","local_jobs":"number","cloud_jobs":"number","total_cost_usd":"number"}],
             "period_days":"number"}
            """#

        /// Ours: no answer has the upload token; `upload_progress` is there; a job's token writes where it may only.
        private static let jobRows = [
            Row("051", "GET /api/cloud/jobs", shape: #"{"jobs":["$job"],"total":"number","+":["has_more"]}"#),
            Row("052", "GET /api/cloud/jobs/{job}", shape: #"{"job":"$job"}"#),
            Row("054", "GET /api/cloud/jobs/{job}/logs", shape: #"{"job_id":"string","logs":"string"}"#),
            Row("056", "DELETE /api/cloud/jobs/{job}", status: 400, shape: "$detail"),
            Row(
                "101", "GET /api/cloud/cost-limit/status",
                shape: #"""
                    {"enabled":"boolean","limit_amount":"number|null","period":"string|null","action":"string|null",
                     "current_spend":"number","percent_used":"number","is_exceeded":"boolean","is_warning":"boolean",
                     "message":"string"}
                    """#),
            Row(
                "110", "GET /api/queue/me",
                shape: #"""
                    {"pending_count":"number","running_count":"number","blocked_count":"number",
                     "best_position":"number|null","pending_jobs":["any"],"running_jobs":["any"]}
                    """#),
            Row(
                "111", "GET /api/queue/position/{job}",
                shape: #"""
                    {"job_id":"string","position":"number|null","status":"string","priority":"string",
                     "queued_at":"string","estimated_wait_seconds":"number|null"}
                    """#),
        ]

        private static let storageRows = [
            Row(
                "059", "PUT /api/cloud/storage/outputs/m/model.txt", body: "hello\n",
                headers: ["X-Upload-Token": "bad"],
                status: 401, shape: "$detail"),
            Row(
                "060", "PUT /api/cloud/storage/outputs/m/model.txt", body: "hello\n",
                headers: ["X-Upload-Token": "{token}"], shape: "$stored"),
            Row(
                "061", "PUT /api/cloud/storage/outputs/m/model.bin", body: "\u{1}\u{7f}",
                headers: ["X-SimpleTuner-Secret": "{token}"], shape: "$stored"),
            Row(
                "063", "PUT /api/cloud/storage/another-bucket/other-job/x.txt", body: "x",
                headers: ["X-Upload-Token": "{token}"], status: 403, shape: "$detail"),
            Row("064", "GET /api/cloud/storage/outputs/m/model.txt", shape: nil),
            Row("065", "GET /api/cloud/storage/outputs/m/model.bin", shape: nil),
            Row("066", "GET /api/cloud/storage/outputs/none", status: 404, shape: "$detail"),
            Row("067", "HEAD /api/cloud/storage/outputs/m/model.txt", shape: nil),
            Row("070", "GET /api/cloud/storage/outputs", shape: "$listing"),
            Row("071", "GET /api/cloud/storage/nobucket", shape: "$listing"),
            Row(
                "072", "GET /api/cloud/storage",
                shape: #"""
                    {"Buckets":[{"Name":"string","Size":"number","FileCount":"number","LastModified":"number|null"}],
                     "total_size":"number"}
                    """#),
            Row(
                "073", "GET /api/cloud/local-upload/config",
                shape: #"""
                    {"enabled":"boolean","endpoint_url":"string|null","bucket":"string","config_json":"string|null",
                     "outputs_dir":"string|null"}
                    """#),
        ]
    }
}
