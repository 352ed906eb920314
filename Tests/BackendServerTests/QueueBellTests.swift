import HTTPTypes
import JSON
import Jobs
import Storage
import Testing

@testable import BackendServer

/// Nobody waits in a request for many jobs to be sent.
@Suite struct QueueBellTests {
    /// Ten jobs that wait, and room for all.
    private func waiting(_ backend: Backend) async throws {
        _ = try await backend.send(.post, "/api/queue/concurrency", #"{"max_concurrent":1}"#)
        for number in 0...10 { _ = try await backend.submit(#"{"config":{"a":\#(number)}}"#) }
        _ = try await backend.send(.post, "/api/queue/concurrency", #"{"max_concurrent":100}"#)
    }

    @Test func `a request sends a few, says how many, and the queue goes on at once`() async throws {
        let backend = try Backend()
        try await waiting(backend)
        let answer = try await backend.send(.post, "/api/queue/process")
        #expect(answer.body == ["success": true, "processed": 3])
        #expect(backend.replicate.predictions().count == 4)
        // Not waited for: it was rung.
        await backend.bell.wait(atMost: .seconds(3600))
        try await backend.dispatcher.process()
        #expect(backend.replicate.predictions().count == 11)
    }

    @Test func `an approval sends no more than a few either`() async throws {
        let backend = try Backend()
        _ = try await backend.send(
            .post, "/api/approvals/rules", #"{"name":"x","condition":"config_pattern","threshold":"asks*"}"#)
        _ = try await backend.submissions.submit(
            try JobOrder(["config": ["a": 1], "config_name": "asks"], provider: "replicate", headerKey: nil),
            by: JobMoneyTests.researcher)
        try await waiting(backend)
        let before = backend.replicate.predictions().count
        #expect(try await backend.send(.post, "/api/approvals/1/approve").body["success"] == true)
        #expect(backend.replicate.predictions().count == before + 3)
        await backend.bell.wait(atMost: .seconds(3600))
    }

    @Test func `a bell is heard once, also by who sleeps already`() async {
        let bell = QueueBell()
        bell.ring()
        bell.ring()
        await bell.wait(atMost: .seconds(3600))
        await bell.wait(atMost: .zero)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await bell.wait(atMost: .seconds(3600)) }
            group.addTask {
                await Task.yield()
                bell.ring()
            }
        }
    }
}
