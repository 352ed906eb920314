import FoundationEssentials
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    /// Webhooks that come while the backend is dead, and what it makes of them when it is back.
    @Suite struct InboxRestartTests {
        private static let settings = ["TUNERGATE_CONNECT_MILLISECONDS": "50", "TUNERGATE_ANSWER_SECONDS": "5"]

        private func running(_ body: (Installation, StandInReplicate, CloudJob) async throws -> Void) async throws {
            try await StandInReplicate.serving { platform in
                let settings = platform.settings.merging(Self.settings) { own, _ in own }
                try await Installation.running(.up, settings) { tuner in
                    try await body(tuner, platform, try await tuner.submitJob(to: platform))
                }
            }
        }

        /// The platform itself knows nothing of this, so nobody who asks it finds it confirmed.
        private func end(of job: CloudJob) -> String {
            #"{"id":"\#(job.prediction.id)","status":"failed","error":"told by a webhook"}"#
        }

        @Test func `what came while the backend was dead is applied once when it is back`() async throws {
            try await running { tuner, platform, job in
                let body = end(of: job)
                let headers = platform.signature(of: body, messageID: "m1")
                let forged = platform.signature(of: body + " ", messageID: "m2")
                try await tuner.withoutBackend {
                    for version in ["--http1.1", "--http2"] {
                        let kept = try await tuner.deliver(body, headers, to: job, version)
                        #expect(kept.status == 202)
                    }
                    let doubtful = try await tuner.deliver(body, forged, to: job)
                    #expect(doubtful.status == 202)
                    #expect(tuner.waiting == 3)
                }
                try await wait(until: "the inbox was empty") { tuner.waiting == 0 }
                let after = try await tuner.job(job.id)
                #expect(after["status"] == "failed" && after["error_message"] == "told by a webhook")
                let again = try await tuner.deliver(body, headers, to: job)
                #expect(again.json["status"] == "duplicate", "\(again.text)")
                let rejected = try await tuner.client.get(tuner.plainURL + "/api/audit?event_type=webhook_rejected")
                #expect(rejected.json["total"].int == 1, "\(rejected.text)")
            }
        }

        @Test func `a webhook is safe once it is answered, whatever dies then`() async throws {
            try await running { tuner, platform, job in
                let body = end(of: job)
                let headers = platform.signature(of: body, messageID: "m1")
                try await tuner.withoutBackend {
                    let kept = try await tuner.deliver(body, headers, to: job)
                    #expect(kept.status == 202)
                    try await tuner.killGateway()
                    #expect(tuner.waiting == 1)
                }
                try await wait(until: "the webhook was applied") { try await tuner.job(job.id)["status"] == "failed" }
                try await wait(until: "the inbox was empty") { tuner.waiting == 0 }
            }
        }

        @Test(arguments: ["--http1.1", "--http2"])
        func `one of which the backend had taken a part when it died is kept whole`(version: String) async throws {
            try await running { tuner, platform, job in
                let padding = String(repeating: "x", count: 1_000_000)
                let body = String(end(of: job).dropLast()) + #","padding":"\#(padding)"}"#
                let headers = platform.signature(of: body, messageID: "m1")
                tuner.backend?.send(SIGSTOP)
                async let answer = tuner.deliver(body, headers, to: job, version)
                let reached = "tunergate_gateway_limit_reached_total{limit=\"buffered_bytes\"} "
                try await wait(until: "the backend took no more") {
                    let metrics = try await tuner.control("GET", "/metrics").text
                    return metrics.contains(reached) && !metrics.contains(reached + "0\n")
                }
                try await tuner.withoutBackend {
                    try await wait(until: "it was kept") { tuner.waiting == 1 }
                }
                #expect(try await answer.status == 202)
                try await wait(until: "the inbox was empty") { tuner.waiting == 0 }
                #expect(try await tuner.job(job.id)["error_message"] == "told by a webhook")
            }
        }

        /// It may have had its effect, which nobody knows, and has it once.
        @Test func `one that the backend took and did not answer in time is kept`() async throws {
            try await running { tuner, platform, job in
                let body = end(of: job)
                let backend = tuner.backend
                backend?.send(SIGSTOP)
                let kept = try await tuner.deliver(body, platform.signature(of: body, messageID: "m1"), to: job)
                #expect(kept.status == 202)
                #expect(tuner.waiting == 1)
                backend?.send(SIGCONT)
                try await wait(until: "the inbox was empty") { tuner.waiting == 0 }
                #expect(try await tuner.job(job.id)["error_message"] == "told by a webhook")
                let rejected = try await tuner.client.get(tuner.plainURL + "/api/audit?event_type=webhook_rejected")
                #expect(rejected.json["total"].int == 0, "\(rejected.text)")
            }
        }

        @Test func `an address that is not in the list is refused all the same`() async throws {
            try await running { tuner, platform, job in
                let set = try await tuner.client.put(
                    tuner.plainURL + "/api/cloud/providers/replicate", ["webhook_allowed_ips": ["10.0.0.0/8"]])
                #expect(set.json["applied"] == true, "\(set.text)")
                let body = end(of: job)
                let headers = platform.signature(of: body, messageID: "m1")
                try await tuner.withoutBackend {
                    let refused = try await tuner.deliver(body, headers, to: job)
                    #expect(refused.status == 403)
                    // Nobody would take it out.
                    let unknown = try await tuner.client.send(
                        "POST", tuner.secureURL + "/api/webhooks/nobody", body: Array(body.utf8))
                    #expect(unknown.status == 503)
                    #expect(tuner.waiting == 0)
                }
            }
        }
    }
}

extension Installation {
    /// Runs the body while the backend is dead and nobody starts another.
    ///
    /// - Parameter body: What is done meanwhile.
    /// - Throws: What the body throws.
    fileprivate func withoutBackend(_ body: () async throws -> Void) async throws {
        let supervisor = supervisor
        supervisor?.send(SIGSTOP)
        try await killBackend()
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        supervisor?.send(SIGCONT)
        try result.get()
        try await untilReady()
    }

    /// Posts a webhook as the platform does.
    ///
    /// - Returns: The answer.
    fileprivate func deliver(
        _ body: String, _ headers: [String: String], to job: CloudJob, _ version: String = "--http2"
    ) async throws -> (status: Int, text: String, json: JSON) {
        let url = job.prediction.webhook ?? ""
        let lines = headers.flatMap { ["--header", "\($0.key): \($0.value)"] }
        try state.write(body, to: "webhook")
        let own = [
            "--silent", version, "--cacert", certificatePath, "--write-out", "%{http_code}", "--data-binary",
            "@" + state.file("webhook"), url,
        ]
        let output = try await Tool("curl").run(lines + own).output
        let text = String(output.dropLast(3))
        return (Int(output.suffix(3)) ?? 0, text, (try? JSON(text.utf8)) ?? .null)
    }

    /// How many finished files are in the inbox.
    fileprivate var waiting: Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: state.file("run/inbox"))) ?? []
        return names.count { !$0.hasPrefix(".") }
    }
}
