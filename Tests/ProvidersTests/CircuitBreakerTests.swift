import Providers
import Testing

@Suite struct CircuitBreakerTests {
    /// A breaker that five failures have opened at second 0.
    private func opened() throws -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 1...5 { breaker.failed(try admit(&breaker, .zero), at: .zero) }
        return breaker
    }

    private func admit(_ breaker: inout CircuitBreaker, _ now: Duration) throws -> CircuitBreaker.Ticket {
        let ticket = breaker.admit(at: now)
        return try #require(ticket)
    }

    @Test func `four failures do not open it, the fifth in a row does`() throws {
        var breaker = CircuitBreaker()
        for _ in 1...4 { breaker.failed(try admit(&breaker, .zero), at: .zero) }
        breaker.succeeded(try admit(&breaker, .zero))
        for _ in 1...4 { breaker.failed(try admit(&breaker, .zero), at: .zero) }
        #expect(breaker.state(at: .zero) == .closed)
        breaker.failed(try admit(&breaker, .zero), at: .zero)
        #expect(breaker.state(at: .zero) == .open)
        let ticket1 = breaker.admit(at: .zero)
        #expect(ticket1 == nil)
        #expect(breaker.retryAfter(at: .seconds(10)) == .seconds(20))
    }

    @Test func `after thirty seconds exactly one call finds out`() throws {
        var breaker = try opened()
        let ticket2 = breaker.admit(at: .milliseconds(29_999))
        #expect(ticket2 == nil)
        #expect(breaker.state(at: .seconds(30)) == .halfOpen)
        let probe = try admit(&breaker, .seconds(30))
        #expect(probe.isProbe)
        let ticket3 = breaker.admit(at: .seconds(30))
        #expect(ticket3 == nil)
        let ticket4 = breaker.admit(at: .seconds(3000))
        #expect(ticket4 == nil)
        breaker.succeeded(probe)
        #expect(breaker.state(at: .seconds(30)) == .closed)
        let ticket5 = breaker.admit(at: .seconds(30))
        #expect(ticket5?.isProbe == false)
    }

    @Test func `a probe that fails opens it for another thirty seconds`() throws {
        var breaker = try opened()
        breaker.failed(try admit(&breaker, .seconds(40)), at: .seconds(41))
        #expect(breaker.state(at: .seconds(70)) == .open)
        let ticket6 = breaker.admit(at: .seconds(70))
        #expect(ticket6 == nil)
        let ticket7 = breaker.admit(at: .seconds(71))
        #expect(ticket7?.isProbe == true)
    }

    @Test func `a probe that was given up can be made again at once`() throws {
        var breaker = try opened()
        breaker.abandoned(try admit(&breaker, .seconds(30)), at: .seconds(31))
        let ticket8 = breaker.admit(at: .seconds(31))
        #expect(ticket8?.isProbe == true)
    }

    @Test func `what was begun before it opened says nothing about the time after`() throws {
        var breaker = CircuitBreaker()
        let late = (1...7).compactMap { _ in breaker.admit(at: .zero) }
        for ticket in late.prefix(5) { breaker.failed(ticket, at: .zero) }
        breaker.succeeded(late[5])
        #expect(breaker.state(at: .zero) == .open)
        let probe = try admit(&breaker, .seconds(30))
        breaker.failed(late[6], at: .seconds(30))
        #expect(breaker.state(at: .seconds(30)) == .halfOpen)
        breaker.succeeded(probe)
        #expect(breaker.state(at: .seconds(30)) == .closed)
    }
}
