import AuditTrail
import Testing

@testable import BackendServer

@Suite struct RefusalBudgetTests {
    private func events(_ count: Int, _ type: AuditEventType = .rateLimited, each: Int = 1) -> [AuditEvent] {
        (0..<count).map { number in
            var event = AuditEvent(id: ULID(bits: UInt128(number)), type: type, at: 0)
            event.count = each
            return event
        }
    }

    @Test func `a burst is kept, a flood is counted, and what is no refusal is kept always`() {
        var budget = RefusalBudget(entriesMax: 1_000_000)
        #expect(budget.admit(events(10_000), now: 0).count == 10_000)
        #expect(budget.admit(events(500, .webhookRejected, each: 3), now: 0).isEmpty)
        #expect(budget.admit(events(500, .jobSubmitted), now: 0).count == 500)
        #expect(budget.takeUntold(now: 0) == 1500)
        #expect(budget.takeUntold(now: 0) == nil)
        // A second later one may come in, whatever else does not.
        #expect(budget.admit(events(10), now: 10_000).count == 1)
        #expect(budget.takeUntold(now: 59_000) == nil)
        #expect(budget.takeUntold(now: 60_000) == 9)
    }

    /// A month of flood takes half of the trail, and no more.
    @Test func `refusals displace nothing else`() {
        var budget = RefusalBudget(entriesMax: 100_000)
        var kept = 0
        for hour in Int64(0)..<720 { kept += budget.admit(events(5000), now: hour * 3_600_000).count }
        #expect((50_000...60_000).contains(kept))
    }

    @Test func `a clock that goes back gives nothing`() {
        var budget = RefusalBudget(entriesMax: 10)
        #expect(budget.admit(events(5), now: 1_000_000).count == 1)
        #expect(budget.admit(events(5), now: 0).isEmpty)
        #expect(budget.takeUntold(now: 0) == 9)
    }
}
