import FoundationEssentials
import TestSupport
import Testing

extension IntegrationTests {
    @Suite struct SubmissionCrashTests {
        /// A few rounds in every run; `TUNERGATE_SUBMISSIONS=full` makes it 50 rounds of 100.
        private static let isFull = ProcessInfo.processInfo.environment["TUNERGATE_SUBMISSIONS"] == "full"
        private static let rounds = isFull ? 50 : 5
        private static let callers = isFull ? 100 : 16

        @Test func `equal submissions at once make one job and one prediction, over crashes of the backend`()
            async throws
        {
            try await StandInReplicate.serving { platform in
                try await Installation.running(.up, platform.settings) { tuner in
                    let bounds = try await tuner.client.post(
                        tuner.secureURL + "/api/queue/concurrency", ["max_concurrent": 100])
                    #expect(bounds.status == 200)
                    var jobs: Set<String> = []
                    for round in 0..<Self.rounds {
                        jobs.formUnion(try await self.round(round, tuner))
                        #expect(jobs.count == round + 1)
                    }
                    try await wait(until: "every job had its prediction", patience: .seconds(60)) {
                        platform.predictions.count >= jobs.count
                    }
                    for job in jobs {
                        let own = platform.predictions.filter { $0.webhook?.hasSuffix("job=" + job) == true }
                        #expect(own.count == 1, "\(job)")
                    }
                    #expect(platform.predictions.count == jobs.count)
                    #expect(
                        try await tuner.client.get(tuner.secureURL + "/api/cloud/jobs").json["total"].int == jobs.count)
                }
            }
        }

        /// Many callers ask for one thing, the backend is killed among them, and one asks again.
        ///
        /// - Returns: The ids that anybody was told.
        private func round(_ round: Int, _ tuner: Installation) async throws -> Set<String> {
            let order = Installation.order(idempotencyKey: "round-\(round)")
            var told = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<Self.callers { group.addTask { try? await tuner.submit(order).json["job_id"].string } }
                // Each round at another moment: before the job is made, while it is sent, and after.
                try await Task.sleep(for: .milliseconds(3 * (round % 12)))
                try await tuner.killBackend()
                return try await group.reduce(into: Set<String>()) { ids, id in if let id { ids.insert(id) } }
            }
            try await tuner.untilReady()
            let again = try await tuner.submit(order)
            told.insert(try #require(again.json["job_id"].string, "\(again.text)"))
            return told
        }
    }
}
