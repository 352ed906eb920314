import JSON
import Jobs
import Testing

@Suite struct JobUpdateTests {
    private let now = Timestamp(seconds: 1_000)

    private func job(_ status: JobStatus, profile: String = "h100") -> Job {
        Job(
            id: "j", kind: .cloud, provider: "replicate", configName: nil, createdAt: Timestamp(seconds: 1),
            status: status, metadata: ["hardware_profile": .string(profile)])
    }

    private func prediction(_ text: String) throws -> JobUpdate { JobUpdate(prediction: try JSONValue(parsing: text)) }

    @Test func `a finished prediction ends the job with its times, output and cost`() throws {
        var job = job(.running, profile: "h100-x8")
        job.apply(
            try prediction(
                """
                {"id":"p1","status":"succeeded","output":["https://o/a.zip","https://o/b"],"error":null,
                 "started_at":"1970-01-01T00:01:40Z","completed_at":"1970-01-01T00:03:20Z","metrics":{"predict_time":100}}
                """), prices: .standard, now: now)
        #expect(job.status == .completed)
        #expect(job.externalID == "p1")
        #expect(job.metadata["prediction_id"] == "p1")
        #expect(job.outputURL == "https://o/a.zip")
        #expect(job.durationSeconds(now: now) == 100)
        #expect(job.costUSD == 1.22)
    }

    @Test func `late news neither revives a job nor changes how it ended`() throws {
        var failed = job(.failed)
        failed.errorMessage = "out of memory"
        let before = failed
        failed.apply(try prediction(#"{"status":"processing"}"#), prices: .standard, now: now)
        failed.apply(try prediction(#"{"status":"succeeded","output":"https://o"}"#), prices: .standard, now: now)
        #expect(failed == before)
    }

    @Test func `the cost is filled in when it comes after the end`() throws {
        var done = job(.completed, profile: "l40s")
        done.apply(
            try prediction(#"{"status":"succeeded","metrics":{"predict_time":10}}"#), prices: .standard, now: now)
        #expect(done.costUSD == 0.009722)
        done.apply(
            try prediction(#"{"status":"succeeded","metrics":{"predict_time":99}}"#), prices: .standard, now: now)
        #expect(done.costUSD == 0.009722)
    }

    @Test func `a job that runs without a start of its own starts now, and ends now`() throws {
        var queued = job(.queued)
        queued.apply(try prediction(#"{"status":"processing"}"#), prices: .standard, now: now)
        #expect(queued.startedAt == now)
        queued.apply(try prediction(#"{"status":"failed","error":"boom"}"#), prices: .standard, now: now)
        #expect(queued.completedAt == now)
        #expect(queued.errorMessage == "boom")
    }

    @Test func `what was said about a lost submission goes when it is found`() throws {
        var pending = job(.pending)
        pending.errorMessage = "the answer was lost"
        pending.apply(try prediction(#"{"id":"p","status":"starting"}"#), prices: .standard, now: now)
        #expect(pending.errorMessage == nil)
        #expect(pending.status == .queued)
        #expect(pending.queuedAt == now)
    }

    @Test(
        arguments: [
            (#"{"output":"https://a"}"#, "https://a"), (#"{"output":{"url":"http://a"}}"#, "http://a"),
            (#"{"output":[]}"#, nil), (#"{"output":"file:///etc/passwd"}"#, nil), (#"{"output":7}"#, nil),
        ] as [(String, String?)])
    func `an output is an http address in one of three forms`(text: String, url: String?) throws {
        #expect(try prediction(text).outputURL == url)
    }
}
