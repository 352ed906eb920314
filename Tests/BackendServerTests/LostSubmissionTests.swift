import HTTPTypes
import JSON
import Jobs
import Providers
import Storage
import Testing

@testable import BackendServer

/// What is concluded from the provider's list about a job whose answer nobody has.
@Suite struct LostSubmissionTests {
    /// A job that an earlier process had marked as being sent a minute ago.
    private func interrupted(_ backend: Backend) async throws -> String {
        _ = try await backend.send(.post, "/api/queue/concurrency", #"{"max_concurrent":1}"#)
        let first = try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
        let id = try #require(try await backend.submit(#"{"config":{"a":2}}"#)["job_id"]?.text)
        _ = try await backend.send(.post, "/api/cloud/jobs/\(first)/cancel")
        #expect(try await backend.database.takeNextJob(now: backend.now.adding(seconds: -60)) == id)
        return id
    }

    /// As the queue runner does after a restart.
    private func recover(_ backend: Backend) async throws {
        for _ in 0..<2 {
            try await backend.dispatcher.recover(startedAt: backend.now.adding(seconds: -30))
            try await backend.dispatcher.process()
        }
    }

    private func arrive(_ id: String, _ backend: Backend) {
        backend.replicate.add(
            "arrived",
            [
                "status": "starting", "created_at": .string(backend.now.adding(seconds: -59).description),
                "input": [
                    "webhook_config": .string(#"[{"url":"https://t.example/api/webhooks/replicate?job=\#(id)"}]"#)
                ],
            ])
    }

    private func addForeign(_ count: Int, _ backend: Backend, _ members: [String: JSONValue] = [:]) {
        for number in 0..<count {
            backend.replicate.add("foreign\(number)", ["input": ["prompt": "x"]].merging(members) { $1 })
        }
    }

    @Test func `a job that arrived is found behind any number of newer predictions`() async throws {
        let backend = try Backend()
        let id = try await interrupted(backend)
        arrive(id, backend)
        addForeign(250, backend)
        try await recover(backend)
        #expect(try await backend.database.job(id)?.externalID == "arrived")
        #expect(backend.replicate.calls.count { $0 == "POST /predictions" } == 1)
    }

    @Test func `the list is followed until it is older than the sending, and no further`() async throws {
        let backend = try Backend()
        let id = try await interrupted(backend)
        let old = backend.now.adding(seconds: -661)
        addForeign(5, backend, ["created_at": .string(old.description)])
        backend.replicate.add("since", ["input": ["prompt": "x"]])
        backend.replicate.tell(atOnce: 2)
        try await recover(backend)
        #expect(try await backend.database.job(id)?.status == .queued)
        #expect(backend.replicate.calls.filter { $0.hasPrefix("GET /predictions") }.count == 1)
    }

    @Test func `without the rest of the list nothing is proved, and nothing is sent`() async throws {
        let backend = try Backend()
        let id = try await interrupted(backend)
        addForeign(3, backend)
        backend.replicate.tell(atOnce: 2, losingPages: true)
        try await recover(backend)
        #expect(try await backend.database.job(id)?.status == .pending)
        #expect(backend.replicate.predictions().count == 4)
        // It is looked at again after a while, and not before.
        backend.replicate.tell(atOnce: 100)
        try await recover(backend)
        #expect(try await backend.database.job(id)?.status == .pending)
        #expect(
            try await backend.database.interruptedJobs(before: backend.now, now: backend.now.adding(seconds: 60))
                .map(\.job.id) == [id])
    }

    @Test func `a list that is too long proves nothing`() async throws {
        let backend = try Backend()
        let id = try await interrupted(backend)
        addForeign(PredictionSearch.pagesMax + 1, backend)
        backend.replicate.tell(atOnce: 1)
        try await recover(backend)
        #expect(try await backend.database.job(id)?.status == .pending)
        #expect(backend.replicate.calls.filter { $0.hasPrefix("GET /predictions") }.count == PredictionSearch.pagesMax)
    }

    @Test(arguments: [["input": [:]], ["input": nil], ["input": [:], "created_at": nil]] as [[String: JSONValue]])
    func `an entry that may be anybody's proves nothing`(members: [String: JSONValue]) async throws {
        let backend = try Backend()
        let id = try await interrupted(backend)
        addForeign(1, backend, members)
        try await recover(backend)
        #expect(try await backend.database.job(id)?.status == .pending)
        #expect(backend.replicate.predictions().count == 2)
    }

    @Test func `an entry without its input that is older, or another job's, proves nothing wrong`() async throws {
        let backend = try Backend()
        let id = try await interrupted(backend)
        addForeign(1, backend, ["input": [:], "created_at": .string(backend.now.adding(seconds: -661).description)])
        // The first job's own.
        backend.replicate.set("p1", ["input": [:], "webhook": nil])
        try await recover(backend)
        #expect(try await backend.database.job(id)?.status == .queued)
    }

    /// A job that was sent, and whose answer was lost; nobody can reach us.
    private func lost(_ backend: Backend, _ behaviour: FakeReplicate.Behaviour) async throws -> String {
        backend.replicate.behave(behaviour)
        backend.replicate.tell(atOnce: 0)
        let id = try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
        #expect(try await backend.database.job(id)?.status == .pending)
        backend.replicate.behave(.works)
        backend.replicate.tell(atOnce: 100)
        return id
    }

    private func reconcile(_ backend: Backend, after seconds: Int64) async {
        await backend.reconciler(after: seconds).round()
    }

    private static let unreachable = ["SIMPLETUNER_PUBLIC_URL": ""]

    @Test func `a prediction is found by its mark though nobody can reach us`() async throws {
        let backend = try Backend(Self.unreachable)
        let id = try await lost(backend, .losesAnswer)
        await reconcile(backend, after: 60)
        #expect(try await backend.database.job(id)?.externalID == "p1")
        #expect(try await backend.database.job(id)?.status == .queued)
    }

    @Test func `an interrupted job that nobody can reach us for is sent once`() async throws {
        let backend = try Backend(Self.unreachable)
        let id = try await interrupted(backend)
        try await recover(backend)
        #expect(try await backend.database.job(id)?.status == .queued)
        #expect(backend.replicate.predictions().count == 2)
    }

    @Test(arguments: [unreachable, [:]])
    func `a job that never arrived ends after a while, and holds nothing any more`(
        settings: [String: String]
    ) async throws {
        let backend = try Backend(settings)
        let id = try await lost(backend, .losesRequest)
        #expect(try await backend.database.spend(provider: nil, since: backend.now) > 0)
        await reconcile(backend, after: 599)
        #expect(try await backend.database.job(id)?.status == .pending)
        #expect(try await backend.database.runningJobs().values.reduce(0, +) == 1)
        await reconcile(backend, after: 600)
        let job = try #require(try await backend.database.job(id))
        #expect(job.status == .failed)
        #expect(job.errorMessage?.hasPrefix("The provider never received the job") == true)
        #expect(try await backend.database.runningJobs().isEmpty)
        #expect(try await backend.database.spend(provider: nil, since: backend.now) == 0)
    }

    /// Each row: a prediction without a mark or an address, and whether it may be the job.
    @Test(
        arguments: [
            (["model": "simpletuner/advanced-trainer-h100"], true), (["model": nil], true),
            (["model": "black-forest/flux"], false),
        ] as [([String: JSONValue], Bool)])
    func `a prediction that may be the job is named, and not taken`(
        members: [String: JSONValue], isPossible: Bool
    ) async throws {
        let backend = try Backend(Self.unreachable)
        let id = try await lost(backend, .losesRequest)
        addForeign(1, backend, members)
        await reconcile(backend, after: 600)
        let job = try #require(try await backend.database.job(id))
        #expect(job.status == .failed)
        #expect(job.externalID == nil)
        #expect(job.errorMessage?.contains("may be the prediction foreign0;") == isPossible)
    }

    @Test func `what cannot be told is looked for an hour, and while the provider is away for ever`() async throws {
        let backend = try Backend()
        let id = try await lost(backend, .losesRequest)
        addForeign(1, backend, ["input": [:]])
        await reconcile(backend, after: 3599)
        #expect(try await backend.database.job(id)?.status == .pending)
        backend.replicate.behave(.isAway)
        await reconcile(backend, after: 3600)
        #expect(try await backend.database.job(id)?.status == .pending)
        backend.replicate.behave(.works)
        await reconcile(backend, after: 3600)
        #expect(try await backend.database.job(id)?.status == .failed)
        #expect(try await backend.database.job(id)?.errorMessage?.contains("did not tell in an hour") == true)
    }
}
