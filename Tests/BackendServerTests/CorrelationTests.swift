import HTTPTypes
import JSON
import Providers
import Synchronization
import Testing

@testable import BackendServer

@Suite struct CorrelationTests {
    /// Lets nobody on before all are there.
    private actor Meeting {
        let size: Int
        private var count = 0

        init(of size: Int) { self.size = size }

        func attend() async {
            count += 1
            while count < size { await Task.yield() }
        }
    }

    /// Weakness 68: what names a request in the logs and to the provider was one for the whole process.
    @Test func `weakness 68: of requests at the same time each has its own id on what it causes`() async throws {
        let backend = try Backend()
        _ = try await backend.send(.get, "/api/cloud/hints")
        let meeting = Meeting(of: 3)
        let seen = Mutex<[[String?]]>([])
        backend.replicate.beforeAnswering.withLock { hook in
            hook = {
                let before = CorrelationID.current
                await meeting.attend()
                seen.withLock { $0.append([before, CorrelationID.current]) }
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in ["a", "b", "c"] {
                group.addTask {
                    let answer = try await backend.send(
                        .post, "/api/cloud/jobs/submit", #"{"config":{"a":1}}"#, headers: ["X-Request-ID": id])
                    #expect(answer.body["success"] == true)
                }
            }
            try await group.waitForAll()
        }
        let ids = seen.withLock { $0 }
        #expect(ids.allSatisfy { $0[0] == $0[1] })
        #expect(ids.compactMap { $0[0] }.sorted() == ["a", "b", "c"])
    }
}
