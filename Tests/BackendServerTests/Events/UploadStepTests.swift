import HTTPTypes
import JSON
import Jobs
import Testing

@testable import BackendServer

@Suite struct UploadStepTests {
    @Test func `an upload that is over is told once, with all that a page reads`() async throws {
        let backend = try Backend()
        _ = try await backend.submit(#"{"config":{"a":1},"upload_id":"u1"}"#)
        let answer = try await backend.send(.get, "/api/webhooks/upload/progress/u1")
        #expect(answer.headers[.contentType] == "text/event-stream; charset=utf-8")
        let document = try JSONValue(parsing: Array(answer.text.dropFirst("data: ".count).utf8))
        #expect(
            document.members?.keys.sorted() == [
                "current", "done", "error", "message", "percent", "stage", "total", "updated_at",
            ])
        #expect(document["done"] == true)
        #expect(document["stage"] == "complete")
    }

    @Test func `a submission that fails ends its upload's stream with the reason`() async throws {
        let backend = try Backend()
        _ = try await backend.submit(#"{"upload_id":"u1"}"#)
        let answer = try await backend.send(.get, "/api/webhooks/upload/progress/u1")
        #expect(answer.text.contains(#""error":"No configuration provided""#))
    }

    /// Hummingbird stopped the process when an answer was over before it had seen the request's end: one in some hundred.
    @Test func `streams that are over at once leave the process alive`() async throws {
        let backend = try Backend()
        _ = try await backend.submit(#"{"upload_id":"u1"}"#)
        for _ in 0..<300 {
            #expect(try await backend.send(.get, "/api/webhooks/upload/progress/u1").text.hasPrefix("data: "))
        }
    }

    @Test func `a job tells how far its data are, as long as that is known`() async throws {
        let backend = try Backend()
        func upload(_ body: String) async throws -> JSONValue? {
            let id = try #require(try await backend.submit(body)["job_id"]?.text)
            return try await backend.send(.get, "/api/cloud/jobs/\(id)").body["job"]?["data_upload"]
        }
        let done = try await upload(#"{"config":{"a":1},"upload_id":"u1"}"#)
        #expect(done?["stage"] == "complete")
        #expect(done?["done"] == true)
        #expect(done == backend.uploads.step(of: "u1")?.document)
        #expect(try await upload(#"{"config":{"a":2}}"#) == .null)
        // A name that is too long is not remembered.
        let long = String(repeating: "u", count: UploadSteps.nameBytesMax + 1)
        #expect(try await upload(#"{"config":{"a":3},"upload_id":"\#(long)"}"#) == .null)
    }

    @Test func `an unknown upload is no endless stream, and a stranger gets none`() async throws {
        let backend = try Backend()
        #expect(try await backend.send(.get, "/api/webhooks/upload/progress/none").status == 404)
        let stranger = try await backend.send(
            .get, "/api/webhooks/upload/progress/none", headers: ["X-Real-IP": "9.9.9.9"])
        #expect(stranger.status == 401)
    }

    @Test func `no more uploads are remembered than there is room for`() {
        let steps = UploadSteps()
        for number in 0...UploadSteps.uploadsMax {
            steps.set(
                UploadSteps.Step(stage: "uploading", updatedAt: Timestamp(seconds: Int64(number))), of: "u\(number)")
        }
        #expect(steps.step(of: "u0") == nil)
        #expect(steps.step(of: "u1") != nil)
    }
}
