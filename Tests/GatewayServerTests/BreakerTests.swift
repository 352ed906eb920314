import Testing

@testable import GatewayServer

@Suite struct BreakerTests {
    private func check(_ breaker: inout Breaker, _ now: Int64, _ expected: Breaker.Permission, is equal: Bool = true) {
        let permission = breaker.permit(now: now)
        #expect((permission == expected) == equal, "\(permission) at \(now)")
    }

    @Test func `a backend that cannot be reached is asked by one request at a time`() {
        var breaker = Breaker()
        check(&breaker, 0, .go)
        breaker.wasUnreachable(now: 0)
        #expect(breaker.isOpen)
        check(&breaker, 499, .refuse(retryAfterSeconds: 1))
        check(&breaker, 500, .probe)
        check(&breaker, 501, .refuse(retryAfterSeconds: 1))
    }

    @Test func `a probe that fails waits twice as long, up to a bound, and one that succeeds lets all in`() {
        var breaker = Breaker()
        breaker.wasUnreachable(now: 0)
        var now: Int64 = 0
        for pause: Int64 in [500, 1000, 2000, 4000, 8000, 8000] {
            check(&breaker, now + pause - 1, .probe, is: false)
            now += pause
            check(&breaker, now, .probe)
            breaker.wasUnreachable(now: now)
        }
        breaker.succeeded()
        check(&breaker, now, .go)
        #expect(!breaker.isOpen)
    }

    @Test func `some requests may fail, several in a row may not`() {
        var breaker = Breaker()
        let times = (0..<2 * Int64(Breaker.failuresMax)).map { $0 * Breaker.burst }
        for now in times.dropFirst().prefix(Breaker.failuresMax - 1) { breaker.failed(now: now) }
        breaker.succeeded()
        for now in times.suffix(Breaker.failuresMax).dropLast() { breaker.failed(now: now) }
        #expect(!breaker.isOpen)
        breaker.failed(now: times[times.count - 1])
        #expect(breaker.isOpen)
    }

    @Test func `requests that break together are one failure`() {
        var breaker = Breaker()
        for now in 0..<Int64(Breaker.failuresMax) * 10 { breaker.failed(now: now) }
        #expect(!breaker.isOpen)
    }

    @Test func `a probe that got lost does not shut the door for ever`() {
        var breaker = Breaker()
        breaker.wasUnreachable(now: 0)
        check(&breaker, 500, .probe)
        check(&breaker, 499 + Breaker.probePatience, .refuse(retryAfterSeconds: 1))
        check(&breaker, 500 + Breaker.probePatience, .probe)
    }

    @Test func `what another worker heard counts, if it was heard since`() {
        var breaker = Breaker()
        breaker.wasUnreachable(now: 1_000)
        breaker.heard(at: 999)
        #expect(breaker.isOpen)
        breaker.heard(at: 1_001)
        #expect(!breaker.isOpen)
    }
}
