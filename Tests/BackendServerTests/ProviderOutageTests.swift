import HTTPTypes
import JSON
import Jobs
import Logging
import Providers
import Synchronization
import Testing

@testable import BackendServer
@testable import Storage

@Suite struct ProviderOutageTests {
    /// Clients go on submitting while the provider fails for five minutes in every way, in another order each time.
    @Test(arguments: [11, 12] as [UInt64])
    func `an outage of five minutes makes no job twice, loses none and costs one probe each half minute`(
        seed: UInt64
    ) async throws {
        var world = try await TroubledWorld(seed: seed)
        let faults = ProviderOutage.Fault.allCases.shuffled(using: &world.numbers)
        for (number, fault) in faults.enumerated() {
            let end = Duration.seconds(300) * (number + 1) / faults.count
            while world.now < end { try await world.step(in: fault) }
        }
        world.outage.fail(.isAway)
        while !world.circuit.isOpen(at: world.now) {
            try await world.step()
            try #require(world.now < .seconds(400), "it does not open")
        }
        let outage = world.outage.attempts
        #expect(Set(outage.filter(\.isOrder).compactMap(\.fault)).count == faults.count)
        #expect(world.circuit.openings >= 3 && world.circuit.probes >= 3 && world.circuit.waits >= 1)

        let (openedAt, probes) = (try #require(world.circuit.openedAt), world.circuit.probes)
        world.outage.fail(nil)
        while world.circuit.openedAt != nil {
            try await world.step()
            try #require(world.now < .seconds(500), "it does not close")
        }
        let first = try #require(world.outage.attempts.dropFirst(outage.count).first)
        #expect(first.began - openedAt <= .seconds(40))
        #expect(world.circuit.probes == probes + 1)

        try await world.settle()
        #expect(world.circuit.complaints == [])
        try await world.check()
    }
}

/// Clients, a backend and a provider that fails, by a clock that goes when nothing else does.
private struct TroubledWorld {
    /// Between two submissions.
    static let pause = Duration.seconds(2)
    private static let trainingTime = Duration.seconds(20)

    let backend: Backend
    let outage: ProviderOutage
    var numbers: SplitMix
    private let runner: QueueRunner
    private var keyCount = 0
    /// The keys that were refused up to now, whose clients try again.
    private var refused: [String] = []
    /// The job of each key that was accepted.
    private var jobs: [String: String] = [:]
    private var nextRound = Duration.seconds(5)
    private var nextReconciliation = Duration.seconds(60)

    init(seed: UInt64) async throws {
        backend = try Backend(clockGoes: true)
        outage = ProviderOutage(time: backend.time)
        numbers = SplitMix(state: seed)
        runner = QueueRunner(
            database: backend.database, dispatcher: backend.dispatcher, startedAt: backend.now, retentionDays: nil,
            logger: Backend.silence, clock: backend.providers.clock)
        _ = try await backend.send(.put, "/api/cloud/providers/replicate", #"{"http_timeout":4}"#)
        _ = try await backend.database.changeQueueLimits { ($0.maxConcurrent, $0.userMaxConcurrent) = (25, 25) }
        // So that the list of predictions has pages.
        backend.replicate.tell(atOnce: 20)
        let outage = outage
        backend.replicate.outage.withLock { $0 = outage }
    }

    var now: Duration { backend.time.now }
    var circuit: CircuitOracle { CircuitOracle(outage.attempts) }

    /// One step of an outage.
    ///
    /// Before an order something is read: so first only orders fail, then everything, until the circuit is open. Whether
    /// its probe works is left to chance.
    mutating func step(in fault: ProviderOutage.Fault) async throws {
        let circuit = circuit
        if circuit.openedAt == nil {
            let orders = outage.attempts.count { $0.isOrder && $0.fault == fault }
            outage.fail(fault, sparingReading: orders < 4)
        } else if !circuit.isOpen(at: now) {
            outage.fail(fault, sparingReading: Bool.random(using: &numbers))
        } else {
            outage.fail(fault)
        }
        try await step()
    }

    /// One submission, what is due by now, and a pause.
    mutating func step() async throws {
        let circuit = circuit
        let isProbeDue = circuit.openedAt != nil && !circuit.isOpen(at: now)
        if isProbeDue, let fault = outage.fault, fault != .talksNonsense, !outage.sparesReading {
            try await probeTogether()
        }
        try await submit(try key())
        try await work()
        backend.time.pass(Self.pause)
    }

    /// Everything that is left to do, in twenty minutes: what never arrived is given up after ten.
    mutating func settle() async throws {
        let end = now + .seconds(1200)
        while now < end || !refused.isEmpty {
            if let key = refused.first { try await submit(key) }
            try await work()
            backend.time.pass(.seconds(10))
            try #require(now < end + .seconds(3600), "keys are refused for ever")
        }
    }

    /// A new key, one that was refused, or one that was accepted and whose client did not hear it.
    private mutating func key() throws -> String {
        let die = Int.random(in: 0..<8, using: &numbers)
        if die < 4, let key = refused.randomElement(using: &numbers) { return key }
        if die == 4, let key = jobs.keys.sorted().randomElement(using: &numbers) { return key }
        keyCount += 1
        return "k\(keyCount)"
    }

    private mutating func submit(_ key: String) async throws {
        backend.replicate.date(backend.providers.clock())
        let answer = try await backend.submissions.submit(try Self.order(key), by: JobMoneyTests.researcher)
        refused.removeAll { $0 == key }
        if let job = answer.jobID {
            #expect(jobs[key, default: job] == job)
            jobs[key] = job
        } else {
            #expect(answer.error?.isEmpty == false)
            refused.append(key)
        }
        await compareCircuits()
    }

    /// Many who find the time of the open circuit over: one of them finds out that nothing is well yet.
    private mutating func probeTogether() async throws {
        let (before, submissions, crowd) = (outage.attempts.count, backend.submissions, Crowd(size: 4))
        let keys = (keyCount + 1...keyCount + crowd.size).map { "k\($0)" }
        keyCount += crowd.size
        backend.replicate.beforeArriving.withLock { $0 = { await crowd.arrive() } }
        let accepted = try await withThrowingTaskGroup(of: String?.self) { group in
            for key in keys {
                let order = try Self.order(key)
                group.addTask {
                    let answer = try await submissions.submit(order, by: JobMoneyTests.researcher)
                    await crowd.leave()
                    return answer.jobID
                }
            }
            return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
        }
        backend.replicate.beforeArriving.withLock { $0 = nil }
        refused += keys
        #expect(accepted.isEmpty)
        #expect(outage.attempts.count == before + 1)
        await compareCircuits()
    }

    /// What the breaker says of itself is what the requests tell.
    private func compareCircuits() async {
        let state = backend.providers.breakers.standings.first?.state
        let circuit = circuit
        #expect((state == .open) == circuit.isOpen(at: now), "at \(now)")
        #expect((state == .closed) == (circuit.openedAt == nil), "at \(now)")
    }

    /// The rounds of the backend's own, and the provider's work on what it has.
    private mutating func work() async throws {
        for prediction in backend.replicate.predictions() {
            guard prediction["status"] == "starting", let id = prediction["id"]?.text,
                let made = prediction["created_at"]?.text.flatMap({ Timestamp(iso8601: $0) }),
                backend.providers.clock().secondsSince(made) >= Double(Self.trainingTime.components.seconds)
            else { continue }
            backend.replicate.set(id, ["status": "succeeded", "metrics": ["predict_time": 2]])
        }
        backend.replicate.date(backend.providers.clock())
        if now >= nextRound {
            nextRound = now + .seconds(5)
            await runner.round()
        }
        if now >= nextReconciliation {
            nextReconciliation = now + .seconds(60)
            await backend.reconciler.round()
        }
        await compareCircuits()
    }

    private static func order(_ key: String) throws -> JobOrder {
        try JobOrder(["config": ["key": .string(key)]], provider: "replicate", headerKey: key)
    }

    /// Nothing is there twice, lost, or held for ever.
    func check() async throws {
        let (database, predictions) = (backend.database, backend.replicate.predictions())
        var query = JobQuery()
        query.limit = JobQuery.limitMax
        let known = try await database.jobs(query).jobs
        #expect(jobs.count == keyCount)
        #expect(Set(known.map(\.id)) == Set(jobs.values) && jobs.count == known.count)
        for (key, id) in jobs {
            let job = try #require(known.first { $0.id == id })
            let own = predictions.filter { $0["input"]?["config_json"]?.text?.contains("\"\(key)\"") == true }
            #expect(own.allSatisfy { $0["webhook"]?.text?.hasSuffix("job=\(id)") == true })
            if job.status == .completed {
                #expect(own.count == 1 && own.first?["id"]?.text == job.externalID, "\(key)")
            } else {
                #expect(job.status == .failed && job.errorMessage?.isEmpty == false && own.isEmpty, "\(key): \(job)")
            }
        }
        #expect(predictions.count == known.count { $0.status == .completed })
        #expect(try await database.runningJobs().isEmpty)
        #expect(try await database.waitingJobs(now: backend.providers.clock()).isEmpty)
        let (spent, cost) = (
            try await database.spend(provider: nil, since: backend.now), known.compactMap(\.costUSD).reduce(0, +)
        )
        #expect(cost > 0 && abs(spent - cost) < 1e-9)
    }
}

/// Keeps who called the provider until all others were told that it is not called, or have called it as well.
private actor Crowd {
    let size: Int
    private var callers = 0
    private var gone = 0

    init(size: Int) { self.size = size }

    func arrive() async {
        callers += 1
        while callers == 1, gone < size - 1 { await Task.yield() }
    }

    func leave() { gone += 1 }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
