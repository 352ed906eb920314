import Testing

@testable import GatewayServer

@Suite struct LifeCycleTests {
    private func fresh(delay: Int64 = 0) -> LifeCycle {
        LifeCycle(delayMilliseconds: delay, drainMilliseconds: 30_000, handOverMilliseconds: 3_600_000)
    }

    /// Everything that is to be done at a time.
    private func orders(_ cycle: inout LifeCycle, now: Int64) -> [LifeCycle.Order] {
        var orders: [LifeCycle.Order] = []
        while let order = cycle.advance(now: now) { orders.append(order) }
        return orders
    }

    @Test func `a stop without a delay announces and drains at once`() {
        var cycle = fresh()
        #expect(cycle.stop(now: 5) == .announce)
        #expect(orders(&cycle, now: 5) == [.drain])
        #expect(cycle.phase == .draining(until: 30_005))
    }

    @Test func `during the delay connections are still taken`() {
        var cycle = fresh(delay: 2_000)
        #expect(cycle.stop(now: 0) == .announce)
        #expect(orders(&cycle, now: 1_999) == [])
        #expect(cycle.holdsListeners)
        #expect(orders(&cycle, now: 2_000) == [.drain])
        #expect(!cycle.holdsListeners)
    }

    @Test func `the last worker's end is the end`() {
        var cycle = fresh()
        _ = cycle.stop(now: 0)
        _ = orders(&cycle, now: 0)
        #expect(cycle.workersEnded() == .end)
        #expect(cycle.phase == .ended)
        #expect(cycle.workersEnded() == nil)
    }

    @Test func `what is in flight when the time is over is cut, and the workers get a moment`() {
        var cycle = fresh()
        _ = cycle.stop(now: 0)
        #expect(orders(&cycle, now: 29_999) == [.drain])
        #expect(orders(&cycle, now: 59_998) == [])
        #expect(orders(&cycle, now: 59_999) == [.cut])
        #expect(orders(&cycle, now: 59_999 + LifeCycle.cutMilliseconds) == [.end])
    }

    @Test(arguments: [Int64(0), 5_000]) func `a second stop cuts, a third changes nothing`(delay: Int64) {
        var cycle = fresh(delay: delay)
        _ = cycle.stop(now: 0)
        _ = orders(&cycle, now: 0)
        #expect(cycle.stop(now: 1) == .cut)
        #expect(cycle.stop(now: 2) == nil)
        #expect(cycle.phase == .cutting(until: 1 + LifeCycle.cutMilliseconds))
    }

    @Test func `an announced gateway serves on until the stop, which needs no second announcement`() {
        var cycle = fresh()
        #expect(cycle.announce() == .announce)
        #expect(cycle.announce() == nil)
        #expect(cycle.deadline == nil)
        #expect(!cycle.isStopping)
        #expect(cycle.stop(now: 9) == nil)
        #expect(orders(&cycle, now: 9) == [.drain])
    }

    @Test func `after a handover what is in flight gets long, and a stop shortens that`() {
        var cycle = fresh()
        #expect(cycle.handOver(now: 0) == .handOver)
        #expect(cycle.handOver(now: 0) == nil)
        #expect(cycle.phase == .handedOver(until: 3_600_000))
        #expect(!cycle.isStopping)
        #expect(cycle.stop(now: 10) == .drain)
        #expect(cycle.phase == .draining(until: 30_010))
        #expect(cycle.stop(now: 11) == .cut)
    }

    @Test func `a gateway that drains hands nothing over`() {
        var cycle = fresh()
        _ = cycle.stop(now: 0)
        _ = orders(&cycle, now: 0)
        #expect(cycle.handOver(now: 1) == nil)
        #expect(cycle.phase == .draining(until: 30_000))
    }
}
