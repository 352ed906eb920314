import JSON
import Jobs
import Storage
import Synchronization
import Testing

@testable import BackendServer

/// What somebody is told who repeats a submission before the first is answered.
@Suite struct SubmissionsUnderWayTests {
    private static let order = #"{"config":{"a":1},"idempotency_key":"k"}"#

    /// Submits, and again while the provider has not answered.
    private func submitTwice(_ backend: Backend, until isReady: @Sendable () -> Bool) async throws -> [JSONValue] {
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        backend.replicate.beforeAnswering.withLock { $0 = { for await _ in gate {} } }
        return try await withThrowingTaskGroup(of: JSONValue.self) { group in
            group.addTask { try await backend.submit(Self.order) }
            await wait { backend.replicate.calls.contains("POST /predictions") }
            group.addTask { try await backend.submit(Self.order) }
            await wait(isReady)
            opener.finish()
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// Bounded, so that what never comes fails instead of hanging.
    private func wait(_ isReady: @Sendable () -> Bool) async {
        let start = ContinuousClock.now
        while !isReady(), ContinuousClock.now - start < .seconds(10) { await Task.yield() }
    }

    @Test func `a repetition of what is then refused is refused as well`() async throws {
        let backend = try Backend()
        backend.replicate.behave(.refuses)
        let answers = try await submitTwice(backend) { backend.underWay.waiterCount == 1 }
        #expect(answers.map { $0["success"] } == [false, false])
        #expect(answers.map { $0["job_id"] } == [.null, .null])
        #expect(answers[0]["error"] == answers[1]["error"])
        #expect(backend.replicate.calls.count { $0 == "POST /predictions" } == 1)
    }

    @Test func `a repetition of what is then accepted is told its status`() async throws {
        let backend = try Backend()
        let answers = try await submitTwice(backend) { backend.underWay.waiterCount == 1 }
        #expect(answers.map { $0["status"] } == ["queued", "queued"])
        #expect(answers.count { $0["idempotent_hit"] == true } == 1)
        #expect(backend.underWay.waiterCount == 0)
    }

    @Test func `one that waited long enough is told that nothing is known yet`() async throws {
        let underWay = SubmissionsUnderWay(sleep: { _ in })
        underWay.begin("a")
        #expect(await underWay.answer(to: "a") == nil)
        #expect(underWay.contains("a"))
        underWay.end("a", nil)
        #expect(await underWay.answer(to: "a") == nil)
        #expect(!underWay.contains("a"))
    }

    @Test func `a repetition says that the job is still being sent`() async throws {
        var backend = try Backend()
        backend.underWay = SubmissionsUnderWay(sleep: { _ in })
        let first = try await backend.submit(Self.order)
        let id = try #require(first["job_id"]?.text)
        backend.underWay.begin(id)
        let again = try await backend.submit(Self.order)
        #expect(again["job_id"] == first["job_id"])
        #expect(again["error"] == .string(SubmissionDesk.pendingSentence))
    }
}
