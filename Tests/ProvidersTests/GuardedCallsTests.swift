import Jobs
import Providers
import Synchronization
import Testing

@Suite struct GuardedCallsTests {
    /// Somebody who answers as told, in a time that passes only while others sleep.
    private final class Stage: Sendable {
        let answers: Mutex<[Result<OutboundAnswer, OutboundFailure>]>
        let attempts = Mutex(0)
        let breakers: BreakerRegistry
        let pacing: Pacing

        /// The last answer repeats.
        init(_ answers: [Result<OutboundAnswer, OutboundFailure>]) {
            self.answers = Mutex(answers.reversed())
            let elapsed = Elapsed()
            pacing = Pacing(
                now: { elapsed.value }, clock: { Timestamp(seconds: 0) },
                sleep: { duration in
                    elapsed.add(duration)
                    return true
                }, chance: { 1 })
            breakers = BreakerRegistry(names: ["a"], pacing: pacing)
        }

        func pass(_ duration: Duration) async { _ = await pacing.sleep(duration) }

        func send(_ method: OutboundCall.Method = .get, within limit: Duration = .seconds(30)) async -> Result<
            OutboundAnswer, OutboundFailure
        > {
            let raw = Outbound { [self] _, _ throws(OutboundFailure) in
                attempts.withLock { $0 += 1 }
                let answer = answers.withLock { $0.count > 1 ? $0.removeLast() : $0[0] }
                return try answer.get()
            }
            let call = OutboundCall(method: method, url: "https://x", headers: [], body: nil)
            let guarded = GuardedCalls(name: "a", breakers: breakers, pacing: pacing).over(raw)
            do throws(OutboundFailure) { return .success(try await guarded.send(call, limit)) } catch {
                return .failure(error)
            }
        }

        var count: Int { attempts.withLock { $0 } }
        var state: CircuitBreaker.State? { breakers.standings.first?.state }
    }

    private final class Elapsed: Sendable {
        private let state = Mutex(Duration.zero)
        var value: Duration { state.withLock { $0 } }
        func add(_ duration: Duration) { state.withLock { $0 += duration } }
    }

    private static func answer(_ status: Int) -> Result<OutboundAnswer, OutboundFailure> {
        .success(OutboundAnswer(status: status, body: []))
    }

    @Test func `a call that works at the third attempt worked`() async {
        let stage = Stage([Self.answer(503), .failure(.unclear("x")), Self.answer(200)])
        #expect(await stage.send() == Self.answer(200))
        #expect(stage.count == 3)
        #expect(stage.breakers.standings.first?.failures == 0)
    }

    /// The pauses would be one second and two.
    @Test(arguments: [(1, 1), (2, 2), (3, 2), (4, 3)])
    func `all attempts have the call's time together`(seconds: Int, attempts: Int) async {
        let stage = Stage([Self.answer(503)])
        #expect(await stage.send(within: .seconds(seconds)) == Self.answer(503))
        #expect(stage.count == attempts)
    }

    @Test func `five calls that fail open the circuit, and the sixth is not made`() async {
        let stage = Stage([.failure(.notSent("x"))])
        for _ in 1...5 { #expect(await stage.send() == .failure(.notSent("x"))) }
        #expect(stage.count == 15)
        #expect(await stage.send() == .failure(.suspended(name: "a")))
        #expect(stage.count == 15)
    }

    @Test func `what this side could not do says nothing about the other`() async {
        let stage = Stage([.failure(.withheld("x"))])
        for _ in 1...6 { #expect(await stage.send() == .failure(.withheld("x"))) }
        #expect(stage.state == .closed)
        #expect(stage.breakers.standings.first?.failures == 0)
    }

    @Test func `a probe that this side could not make is tried by whoever asks next`() async {
        let stage = Stage(
            Array(repeating: Self.answer(500), count: 15) + [.failure(.withheld("x")), Self.answer(200)])
        for _ in 1...5 { _ = await stage.send() }
        await stage.pass(.seconds(30))
        #expect(await stage.send() == .failure(.withheld("x")))
        #expect(await stage.send() == Self.answer(200))
        #expect(stage.state == .closed)
    }

    @Test func `a probe is one attempt, and one that works closes the circuit`() async {
        let stage = Stage(Array(repeating: Self.answer(500), count: 16) + [Self.answer(200)])
        for _ in 1...5 { _ = await stage.send() }
        await stage.pass(.seconds(30))
        #expect(await stage.send() == Self.answer(500))
        #expect(stage.count == 16)
        #expect(stage.state == .open)
        await stage.pass(.seconds(30))
        #expect(await stage.send() == Self.answer(200))
        #expect(stage.state == .closed)
    }

    @Test(arguments: [(400, false), (404, false), (422, false), (429, true), (500, true), (501, true)])
    func `refusals do not count but for 429`(status: Int, counts: Bool) async {
        let stage = Stage([Self.answer(status)])
        for _ in 1...5 { _ = await stage.send(.post) }
        #expect(stage.state == (counts ? .open : .closed))
    }

    @Test func `an order of money is never sent twice`() async {
        for outcome in [Self.answer(500), Self.answer(429), .failure(.unclear("x"))] {
            let stage = Stage([outcome])
            #expect(await stage.send(.post) == outcome)
            #expect(stage.count == 1)
        }
    }
}
