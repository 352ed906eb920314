import JSON
import Jobs
import Testing
import Webhooks

@Suite struct WebhookEventTests {
    private func event(_ text: String) throws -> WebhookEvent? { WebhookEvent(try JSONValue(parsing: text)) }

    /// Each row: an event of the trainer, and the status it speaks of.
    @Test(
        arguments: [
            (#"{"type":"completed","job_id":"j"}"#, JobStatus.completed),
            (#"{"event_type":"failed","job_id":"j"}"#, .failed),
            (#"{"type":"error","prediction_id":"j"}"#, .failed),
            (#"{"type":"canceled","job_id":"j"}"#, .cancelled),
            (#"{"type":"lifecycle.stage","job_id":"j","status":"running"}"#, .running),
            (#"{"type":"training.status","job_id":"j","status":"processing"}"#, .running),
            (#"{"type":"training.checkpoint","job_id":"j","status":"completed"}"#, nil),
            (#"{"type":"something.new","job_id":"j"}"#, nil),
        ] as [(String, JobStatus?)])
    func `an event of the trainer means a status`(text: String, status: JobStatus?) throws {
        let event = try #require(try event(text))
        #expect(event.subject == "j")
        #expect(event.update.status == status)
    }

    @Test func `only a failure brings an error`() throws {
        #expect(try event(#"{"type":"failed","job_id":"j","message":"boom"}"#)?.update.errorMessage == "boom")
        #expect(try event(#"{"type":"error","job_id":"j","error":"e","message":"m"}"#)?.update.errorMessage == "e")
        #expect(try event(#"{"type":"completed","job_id":"j","error":"e"}"#)?.update.errorMessage == nil)
    }

    @Test func `the platform's own object is understood`() throws {
        let event = try #require(
            try event(#"{"id":"p1","status":"succeeded","output":"https://o","metrics":{"predict_time":2.5}}"#))
        #expect(event.subject == "p1")
        #expect(event.isPrediction)
        #expect(event.update.externalID == "p1")
        #expect(event.update.status == .completed)
        #expect(event.update.outputURL == "https://o")
        #expect(event.update.billedSeconds == 2.5)
    }

    @Test(arguments: [
        "{}", #"{"type":"completed"}"#, #"{"id":7}"#, #"{"id":"../x"}"#, "[]", #"{"status":"succeeded"}"#,
    ])
    func `what names no job is no event`(text: String) throws {
        #expect(try event(text) == nil)
    }

    @Test func `a long error is cut`() throws {
        let text = String(repeating: "é", count: 5000)
        let event = try #require(try event(#"{"id":"p","status":"failed","error":"\#(text)"}"#))
        #expect(try #require(event.update.errorMessage).utf8.count <= 4098)
    }
}
