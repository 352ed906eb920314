import Accounts
import HTTPTypes
import JSON
import Jobs
import Providers
import Testing

@testable import BackendServer
@testable import Storage

/// What the original lets through, by the number of its weakness.
@Suite struct JobMoneyTests {
    static let researcher = Caller(
        userID: 7, username: "r", permissions: PermissionSet([.jobSubmit, .jobViewOwn, .jobCancelOwn]))

    private func order(_ config: String = #"{"a":1}"#, key: String? = nil) throws -> JobOrder {
        try JobOrder(
            ["config": try JSONValue(parsing: config)], provider: "replicate", headerKey: key)
    }

    private func submitMany(_ count: Int, _ backend: Backend, key: String? = nil) async throws -> [SubmitAnswer] {
        let submissions = backend.submissions
        let order = try order(key: key)
        return try await withThrowingTaskGroup(of: SubmitAnswer.self) { group in
            for _ in 0..<count { group.addTask { try await submissions.submit(order, by: Self.researcher) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func `weakness 47: four equal submissions at once make one job and one prediction`() async throws {
        let backend = try Backend()
        let answers = try await submitMany(4, backend, key: "k")
        #expect(Set(answers.compactMap(\.jobID)).count == 1)
        #expect(answers.count { $0.isIdempotentHit } == 3)
        #expect(backend.replicate.predictions().count == 1)
    }

    @Test func `weakness 48: another user's key is another key`() async throws {
        let backend = try Backend()
        let mine = try await backend.submissions.submit(try order(key: "k"), by: Self.researcher)
        let other = try await backend.submissions.submit(try order(key: "k"), by: .localAdmin)
        #expect(other.jobID != nil)
        #expect(other.jobID != mine.jobID)
        #expect(try await backend.submissions.submit(try order(key: "k"), by: Self.researcher).jobID == mine.jobID)
        let long = try await backend.submissions.submit(
            try order(key: String(repeating: "ü", count: 257)), by: Self.researcher)
        #expect(long.error == "The idempotency key is longer than 256 characters.")
    }

    @Test func `weakness 49: quotas can be listed, and a row that makes no sense blocks nobody`() async throws {
        let backend = try Backend()
        let made = try await backend.send(
            .post, "/api/quotas", #"{"quota_type":"concurrent_jobs","limit_value":5,"action":"block"}"#)
        #expect(made.status == 200)
        #expect(made.body["quota"]?["id"] == 1)
        let odd = Quota(id: 0, type: .jobsPerDay, limit: -1, action: .block, scope: .global)
        _ = try await backend.database.addQuota(odd, by: 1, now: backend.now)
        let list = try await backend.send(.get, "/api/quotas")
        #expect(list.status == 200)
        #expect(list.body["quotas"]?.elements?.count == 1)
        #expect(list.body["quotas"]?.elements?.first?["is_global"] == true)
        #expect(try await backend.submissions.submit(try order(), by: Self.researcher).jobID != nil)
    }

    @Test(arguments: ["types", "me", "status", "user/1"])
    func `weakness 50: fixed words are not taken for a number`(path: String) async throws {
        #expect(try await Backend().send(.get, "/api/quotas/\(path)").status == 200)
    }

    @Test func `weakness 50: what is no quota is told so`() async throws {
        let backend = try Backend()
        #expect(try await backend.send(.get, "/api/quotas/99").status == 404)
        #expect(try await backend.send(.get, "/api/quotas/x").status == 422)
        #expect(try await backend.send(.post, "/api/quotas/cost-estimate?estimated_cost=5").status == 200)
        let bad = try await backend.send(.post, "/api/quotas", #"{"quota_type":"x","limit_value":5}"#)
        #expect(bad.status == 400)
        #expect(bad.body["detail"]?.text?.hasPrefix("Invalid quota_type: x. Valid types: ['cost_monthly', ") == true)
    }

    @Test func `weakness 51: submissions at once do not pass a limit that blocks`() async throws {
        let backend = try Backend()
        // An hour of one H100 costs 5.49: two fit.
        _ = try await backend.database.changeProviderConfig(
            "replicate", now: backend.now, fingerprint: { _ in "" },
            { _ in
                [
                    "cost_limit_enabled": true, "cost_limit_amount": 11, "cost_limit_period": "daily",
                    "cost_limit_action": "block",
                ]
            })
        let answers = try await submitMany(10, backend)
        #expect(answers.count { $0.jobID != nil } == 2)
        #expect(answers.compactMap(\.error).allSatisfy { $0.hasPrefix("Cost limit exceeded: $10.98 spent of $11.00") })
        let status = try await backend.send(.get, "/api/cloud/cost-limit/status").body
        #expect(status["is_warning"] == true)
        #expect(status["current_spend"]?.double.map { $0 > 10.9 } == true)
    }

    @Test func `weakness 51: submissions at once do not pass a quota that blocks`() async throws {
        let backend = try Backend()
        let quota = Quota(id: 0, type: .concurrentJobs, limit: 3, action: .block, scope: .user(7))
        _ = try await backend.database.addQuota(quota, by: 1, now: backend.now)
        let answers = try await submitMany(10, backend)
        #expect(answers.count { $0.jobID != nil } == 3)
        #expect(answers.compactMap(\.error).first == "Quota exceeded: Maximum 3 concurrent jobs allowed")
        let ann = Account(id: 7, email: "a@b", username: "ann", displayName: "Ann", createdAt: backend.now)
        _ = try await backend.database.write { try UserTable.insert(ann, id: 7, passwordHash: nil, into: $0) }
        let mine = try await backend.send(.get, "/api/quotas/user/7").body
        #expect(mine["can_submit"] == false)
        #expect(mine["statuses"]?.elements?.first?["current"]?.double == 3)
    }

    @Test func `weakness 52: what was spent is counted`() async throws {
        let backend = try Backend()
        let id = try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
        _ = try await backend.database.updateJob(id) { $0.costUSD = 2.5 }
        #expect(try await backend.send(.get, "/api/cloud/metrics").body["total_cost"]?.double == 2.5)
        #expect(try await backend.send(.get, "/api/metrics/costs").body["summary"]?["total_cost"]?.double == 2.5)
        #expect(try await backend.send(.get, "/api/metrics/usage?period=week").body["jobs"]?["submitted"] == 1)
    }

    @Test func `weakness 56: only jobs that are over are swept`() async throws {
        let backend = try Backend()
        var old = Job(
            id: "old", kind: .cloud, provider: "replicate", configName: nil, createdAt: Timestamp(seconds: 5),
            status: .running)
        old.startedAt = Timestamp(seconds: 6)
        try await backend.put(old)
        #expect(try await backend.database.sweepJobs(endedBefore: backend.now, now: backend.now) == 0)
        _ = try await backend.database.updateJob("old") { ($0.status, $0.completedAt) = (.failed, $0.startedAt) }
        #expect(try await backend.database.sweepJobs(endedBefore: backend.now, now: backend.now) == 1)
        #expect(try await backend.database.job("old") == nil)
    }

    @Test func `weakness 57: a name in a request is never part of a statement`() async throws {
        let backend = try Backend()
        _ = try await backend.submit(#"{"config":{"a":1}}"#)
        let odd = "x'%20OR%201=1--"
        #expect(try await backend.send(.get, "/api/cloud/jobs?provider=\(odd)").body["total"] == 0)
        let refused = try await backend.send(.post, "/api/queue/concurrency", #"{"max_concurrent=1; --":1}"#)
        #expect(refused.status == 400)
    }

    @Test func `weakness 58: a job waits for its approval, and is sent or ended by it`() async throws {
        let backend = try Backend()
        let rule = try await backend.send(
            .post, "/api/approvals/rules", #"{"name":"dear","condition":"cost_exceeds","threshold":"1"}"#)
        #expect(rule.status == 200)
        #expect(rule.body["enabled"] == true)
        let first = try await backend.submissions.submit(try order(), by: Self.researcher)
        let second = try await backend.submissions.submit(try order(), by: Self.researcher)
        #expect(first.status == .pending)
        #expect(backend.replicate.predictions().isEmpty)
        let list = try await backend.send(.get, "/api/approvals/requests?status=pending").body
        #expect(list["pending_count"] == 2)
        let approved = try await backend.send(.post, "/api/approvals/1/approve")
        #expect(approved.body["success"] == true)
        #expect(backend.replicate.predictions().count == 1)
        #expect(try await backend.send(.post, "/api/approvals/1/approve").status == 400)
        #expect(
            try await backend.send(.post, "/api/approvals/requests/2/reject", #"{"reason":"too dear"}"#).status == 200)
        let id = try #require(second.jobID)
        let rejected = try #require(try await backend.database.job(id))
        #expect(rejected.status == .cancelled)
        #expect(rejected.errorMessage == "Approval rejected: too dear")
        #expect(backend.replicate.predictions().count == 1)
        #expect(try await backend.send(.get, "/api/approvals?status=rejected").body["approvals"]?.elements?.count == 1)
    }

    @Test func `weakness 59: what has no room waits, unsent, and is sent when there is room`() async throws {
        let backend = try Backend()
        let set = try await backend.send(.post, "/api/queue/concurrency", #"{"max_concurrent":1}"#)
        #expect(set.body["max_concurrent"] == 1)
        let first = try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
        let second = try await backend.submit(#"{"config":{"a":2}}"#)
        #expect(second["status"] == "pending")
        #expect(backend.replicate.predictions().count == 1)
        let id = try #require(second["job_id"]?.text)
        #expect(try await backend.send(.get, "/api/queue/position/\(id)").body["position"] == 1)
        #expect(try await backend.database.job(id)?.startedAt == nil)
        #expect(try await backend.send(.post, "/api/queue/process").body["processed"] == 0)
        #expect(try await backend.send(.post, "/api/cloud/jobs/\(first)/cancel").status == 200)
        #expect(try await backend.send(.post, "/api/queue/process").body["processed"] == 1)
        #expect(backend.replicate.predictions().count == 2)
        #expect(try await backend.database.job(id)?.status == .queued)
        #expect(try await backend.database.queueLimits().maxConcurrent == 1)
    }

    @Test func `a waiting job is cancelled though the provider is away, and never sent`() async throws {
        let backend = try Backend()
        _ = try await backend.send(.post, "/api/queue/concurrency", #"{"max_concurrent":1}"#)
        _ = try await backend.submit(#"{"config":{"a":1}}"#)
        let id = try #require(try await backend.submit(#"{"config":{"a":2}}"#)["job_id"]?.text)
        backend.replicate.behave(.isAway)
        #expect(try await backend.send(.post, "/api/queue/\(id)/cancel").status == 200)
        #expect(try await backend.database.waitingJobs(now: backend.now).isEmpty)
    }

    @Test func `a job that waits tells how long, once a job of its kind has run`() async throws {
        let backend = try Backend()
        _ = try await backend.send(.post, "/api/queue/concurrency", #"{"max_concurrent":1}"#)
        _ = try await backend.submit(#"{"config":{"a":1}}"#)
        let id = try #require(try await backend.submit(#"{"config":{"a":2}}"#)["job_id"]?.text)
        #expect(try await backend.send(.get, "/api/queue/position/\(id)").body["estimated_wait_seconds"] == .null)
        for (number, seconds) in [Int64(80), 120].enumerated() {
            var over = Job(
                id: "over\(number)", kind: .cloud, provider: "replicate", configName: nil,
                createdAt: Timestamp(seconds: 5), status: .completed)
            over.hardwareType = HardwareProfile.standard.hardwareType
            (over.startedAt, over.completedAt) = (Timestamp(seconds: 100), Timestamp(seconds: 100 + seconds))
            try await backend.put(over)
        }
        #expect(try await backend.send(.get, "/api/queue/position/\(id)").body["estimated_wait_seconds"]?.double == 100)
        let job = try await backend.send(.get, "/api/cloud/jobs/\(id)").body["job"]
        #expect(job?["estimated_wait_seconds"]?.double == 100)
        let jobs = try await backend.send(.get, "/api/cloud/jobs").body["jobs"]?.elements ?? []
        #expect(jobs.map { $0["estimated_wait_seconds"] != .null } == jobs.map { $0["job_id"]?.text == id })
        let entries = try await backend.send(.get, "/api/queue").body["entries"]?.elements ?? []
        #expect(entries.first { $0["job_id"]?.text == id }?["estimated_wait_seconds"]?.double == 100)
    }

    @Test func `a set priority goes first`() async throws {
        let backend = try Backend()
        _ = try await backend.send(.post, "/api/queue/concurrency", #"{"max_concurrent":1}"#)
        for number in 1...3 { _ = try await backend.submit(#"{"config":{"a":\#(number)}}"#) }
        let waiting = try await backend.database.waitingJobs(now: backend.now)
        let last = try #require(waiting.last?.jobID)
        let set = try await backend.send(.post, "/api/queue/\(last)/priority", #"{"priority":50}"#)
        #expect(set.body["new_effective_priority"] == 50)
        #expect(try await backend.database.waitingJobs(now: backend.now).first?.jobID == last)
        #expect(try await backend.send(.post, "/api/queue/\(last)/priority", #"{"priority":51}"#).status == 422)
    }

    /// A job that an earlier process had marked as being sent, and whose order is as a real submission leaves it.
    private func interrupted(_ backend: Backend, at time: Timestamp) async throws -> String {
        _ = try await backend.send(.post, "/api/queue/concurrency", #"{"max_concurrent":1}"#)
        let first = try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
        let id = try #require(try await backend.submit(#"{"config":{"a":2}}"#)["job_id"]?.text)
        _ = try await backend.send(.post, "/api/cloud/jobs/\(first)/cancel")
        #expect(try await backend.database.takeNextJob(now: time) == id)
        return id
    }

    @Test func `a submission that was interrupted before it was sent is sent once`() async throws {
        let backend = try Backend()
        let id = try await interrupted(backend, at: backend.now.adding(seconds: -60))
        // Too early to look: the provider may still be at work on it.
        try await backend.dispatcher.recover(startedAt: backend.now.adding(seconds: -5))
        #expect(try await backend.dispatcher.process() == 0)
        for _ in 0..<3 {
            try await backend.dispatcher.recover(startedAt: backend.now.adding(seconds: -30))
            try await backend.dispatcher.process()
        }
        #expect(backend.replicate.predictions().count == 2)
        #expect(try await backend.database.job(id)?.status == .queued)
    }

    @Test func `a submission that was interrupted after it arrived is found, not sent again`() async throws {
        let backend = try Backend()
        let id = try await interrupted(backend, at: backend.now.adding(seconds: -60))
        let job = try #require(try await backend.database.job(id))
        // It arrived, and the process ended before it could write down what came of it.
        let provider = await backend.providers.replicate(try await backend.providers.configuration())
        let client = try #require(provider)
        let arrived = try await client.createPrediction(
            PredictionOrder(
                version: "m:1", config: [:], dataloader: [], lycoris: nil, hubModelID: nil,
                webhookURL: job.metadata["webhook_url"]?.text))
        for _ in 0..<3 {
            try await backend.dispatcher.recover(startedAt: backend.now.adding(seconds: -30))
            try await backend.dispatcher.process()
        }
        #expect(backend.replicate.predictions().count == 2)
        #expect(try await backend.database.job(id)?.externalID == arrived.id)
    }

    @Test func `what was sent by this process is not taken for interrupted`() async throws {
        let backend = try Backend()
        _ = try await interrupted(backend, at: backend.now.adding(seconds: -60))
        try await backend.dispatcher.recover(startedAt: backend.now.adding(seconds: -90))
        #expect(try await backend.dispatcher.process() == 0)
        #expect(backend.replicate.predictions().count == 1)
    }

    @Test func `a job that waits long is not said to be lost`() async throws {
        let backend = try Backend()
        _ = try await backend.send(
            .post, "/api/approvals/rules", #"{"name":"all","condition":"provider","threshold":"replicate"}"#)
        let answer = try await backend.submissions.submit(try order(), by: Self.researcher)
        let id = try #require(answer.jobID)
        #expect(try await backend.database.unfinishedJobs(limit: 10).isEmpty)
        await backend.reconciler.round()
        #expect(try await backend.database.job(id)?.errorMessage == nil)
    }

    @Test func `what nobody approved in a day is ended`() async throws {
        let backend = try Backend()
        _ = try await backend.send(
            .post, "/api/approvals/rules", #"{"name":"all","condition":"provider","threshold":"replicate"}"#)
        let id = try #require(try await backend.submissions.submit(try order(), by: Self.researcher).jobID)
        let later = backend.now.adding(seconds: 86_400)
        let runner = QueueRunner(
            database: backend.database, dispatcher: backend.dispatcher, startedAt: backend.now, retentionDays: 90,
            logger: Backend.silence, clock: { later })
        await runner.round()
        #expect(try await backend.database.job(id)?.status == .cancelled)
        #expect(try await backend.database.approvalRequest(ofJob: id)?.status == .expired)
        #expect(backend.replicate.predictions().isEmpty)
    }

    @Test func `a refusal ends a job that waited, and an absent provider only delays it`() async throws {
        let backend = try Backend()
        let id = try await interrupted(backend, at: backend.now)
        try await backend.database.postpone(id, until: backend.now)
        backend.replicate.behave(.isAway)
        try await backend.dispatcher.process()
        #expect(try await backend.database.job(id)?.status == .pending)
        try await backend.database.noteSent(id, now: backend.now)
        #expect(try await backend.database.takeNextJob(now: backend.now) == nil)
    }

    @Test func `callers see and stop their own jobs only`() async throws {
        let backend = try Backend()
        let mine = try #require(try await backend.submissions.submit(try order(), by: Self.researcher).jobID)
        _ = try await backend.submit(#"{"config":{"a":1}}"#)
        var query = JobQuery()
        query.userID = Self.researcher.userID
        #expect(try await backend.database.jobs(query).jobs.map(\.id) == [mine])
        #expect(try await backend.send(.get, "/api/cloud/jobs").body["total"] == 2)
    }

    @Test func `a job is deleted when it is over, and tried again as a new one`() async throws {
        let backend = try Backend()
        let id = try #require(try await backend.submit(#"{"config":{"a":1},"config_name":"demo"}"#)["job_id"]?.text)
        let refused = try await backend.send(.delete, "/api/cloud/jobs/\(id)")
        #expect(refused.status == 400)
        #expect(refused.body["detail"] == "Cannot delete job in state 'queued'. Cancel it first.")
        #expect(try await backend.send(.post, "/api/cloud/jobs/\(id)/retry").status == 409)
        _ = try await backend.send(.post, "/api/cloud/jobs/\(id)/cancel")
        let again = try await backend.send(.post, "/api/cloud/jobs/\(id)/retry").body
        let second = try #require(again["job_id"]?.text)
        #expect(second != id)
        let job = try #require(try await backend.database.job(second))
        #expect(job.attempt == 2)
        #expect(job.configName == "demo")
        #expect(backend.replicate.predictions().last?["webhook"]?.text?.hasSuffix("job=\(second)") == true)
        #expect(try await backend.send(.delete, "/api/cloud/jobs/\(id)").body["success"] == true)
        #expect(try await backend.send(.get, "/api/cloud/jobs/\(id)").status == 404)
    }

    @Test func `hints and small settings keep their shapes`() async throws {
        let backend = try Backend()
        #expect(try await backend.send(.get, "/api/cloud/hints").body == ["dismissed_hints": []])
        #expect(
            try await backend.send(.post, "/api/cloud/hints/dismiss/git").body == ["success": true, "hint": "git"])
        #expect(try await backend.send(.get, "/api/cloud/hints/status").body["git_hint_dismissed"] == true)
        #expect(try await backend.send(.post, "/api/cloud/hints/show/git").status == 200)
        let unknown = try await backend.send(.post, "/api/cloud/hints/dismiss/zzz")
        #expect(unknown.status == 400)
        #expect(unknown.body["detail"] == "Unknown hint: zzz")
        #expect(
            try await backend.send(.put, "/api/cloud/polling/setting", #"{"enabled":false}"#).body["preference"]
                == false)
        #expect(
            try await backend.send(.put, "/api/queue/polling/setting?enabled=true").body["preference"] == true)
        #expect(try await backend.send(.put, "/api/queue/polling/setting?enabled=x").status == 422)
        for path in [
            "/api/queue/polling/status", "/api/queue", "/api/queue/stats", "/api/queue/me",
            "/api/cloud/available-configs",
        ] {
            #expect(try await backend.send(.get, path).status == 200, "\(path)")
        }
        let preview = try await backend.send(
            .post, "/api/cloud/data-consent/preview", #"[{"id":"x","instance_data_dir":"/etc"}]"#)
        #expect(preview.body["total_files"] == 0)
    }
}
