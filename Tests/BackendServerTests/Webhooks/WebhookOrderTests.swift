import AuditChain
import AuditTrail
import JSON
import Jobs
import Storage
import Testing

@testable import BackendServer

/// A thousand events that come in any order, several times, before their jobs are known and after they are over.
@Suite struct WebhookOrderTests {
    private static let jobs = 50
    private static let eventsPerJob = 20

    private struct Told {
        let id: String
        let body: String
        let job: String
    }

    /// One job's events in their order; the last but two end it, in one way alone.
    private static func events(of number: Int) -> [Told] {
        let end = number.isMultiple(of: 2) ? "succeeded" : "failed"
        let last = number.isMultiple(of: 2) ? #","output":"https://o/\#(number)""# : #","error":"boom \#(number)""#
        return (0..<eventsPerJob).map { index in
            let status = index >= eventsPerJob - 3 ? end : index < 3 ? "starting" : "processing"
            let rest = index >= eventsPerJob - 3 ? last + #","metrics":{"predict_time":\#(number + 1)}"# : ""
            return Told(
                id: "m\(number)-\(index)", body: #"{"id":"q\#(number)","status":"\#(status)"\#(rest)}"#,
                job: "job\(number)")
        }
    }

    private func run(_ events: [Told]) async throws -> Backend {
        let backend = try Backend()
        for number in 0..<Self.jobs {
            var job = Job(
                id: "job\(number)", kind: .cloud, provider: "replicate", configName: nil, createdAt: backend.now,
                metadata: ["hardware_profile": "l40s"])
            // Every third is not known by its provider's id yet, and is found by the address.
            if !number.isMultiple(of: 3) { job.externalID = "q\(number)" }
            try await backend.put(job)
        }
        let routes = try backend.routes()
        for event in events {
            let answer = try await backend.webhook(event.body, id: event.id, query: "?job=\(event.job)", to: routes)
            #expect(answer.status == 200)
        }
        return backend
    }

    private struct Ending: Equatable {
        let status: JobStatus
        let error: String?
        let output: String?
        let cost: Double?
        let external: String?
    }

    private func endings(_ backend: Backend) async throws -> [String: Ending] {
        var query = JobQuery()
        query.limit = JobQuery.limitMax
        let jobs = try await backend.database.jobs(query).jobs
        return Dictionary(
            uniqueKeysWithValues: jobs.map {
                (
                    $0.id,
                    Ending(
                        status: $0.status, error: $0.errorMessage, output: $0.outputURL, cost: $0.costUSD,
                        external: $0.externalID)
                )
            })
    }

    @Test(arguments: [UInt64(1), 2])
    func `a thousand shuffled and tripled events end as the ordered ones do`(seed: UInt64) async throws {
        let ordered = (0..<Self.jobs).flatMap(Self.events)
        #expect(ordered.count == 1000)
        var randomness = Seeded(state: seed)
        let shuffled = (ordered + ordered + ordered).shuffled(using: &randomness)
        let expected = try await endings(try await run(ordered))
        let backend = try await run(shuffled)
        #expect(try await endings(backend) == expected)
        #expect(expected.values.allSatisfy { $0.status.isTerminal && $0.cost != nil })

        var query = AuditQuery()
        query.types = [.jobCompleted, .jobFailed]
        query.limit = 500
        let ends = try await backend.database.auditPage(query).entries.map(\.event)
        #expect(Set(ends.compactMap(\.target)).count == Self.jobs)
        #expect(ends.count == Self.jobs)
        #expect(Set(ends.compactMap { $0.details["webhook_id"] }).count == Self.jobs)
    }

    private struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
