import AuditChain
import AuditTrail
import Jobs
import Storage
import Testing

@testable import BackendServer

@Suite struct AuditRetentionTests {
    private let backend: Backend

    /// Entries 1 to 1200, one of each minute before now.
    init() async throws {
        backend = try Backend()
        let events = (1...1200).map { number in
            var event = backend.refusal(number)
            event.milliseconds = backend.now.milliseconds - Int64(1200 - number) * 60_000
            return event
        }
        try await backend.audit.append(events)
    }

    private func retention(days: Int, entries: Int) -> AuditRetention {
        AuditRetention(desk: backend.audit, days: days, entriesMax: entries, logger: Backend.silence)
    }

    private func range() async throws -> [Int64?] {
        let verdict = try await backend.audit.verify()
        #expect(verdict.isValid)
        return [verdict.firstSequence, verdict.lastSequence]
    }

    @Test func `too many are removed from the oldest on, in groups, and the rest verifies`() async throws {
        await retention(days: 0, entries: 1200).sweep()
        #expect(try await range() == [1, 1200])
        await retention(days: 0, entries: 100).sweep()
        #expect(try await range() == [1101, 1200])
        try await backend.audit.append([backend.audit.event(.jobSubmitted)])
        #expect(try await range() == [1101, 1201])
        #expect(try await backend.database.auditPage(AuditQuery()).total == 101)
    }

    @Test func `old ones are removed by their time`() async throws {
        let later = backend.now.adding(seconds: 86_400 - 600)
        let desk = AuditDesk(
            database: backend.database, chain: backend.audit.chain, copy: backend.audit.copy, logger: Backend.silence,
            clock: { later })
        await AuditRetention(desk: desk, days: 1, entriesMax: 10_000, logger: Backend.silence).sweep()
        #expect(try await range() == [1190, 1200])
    }

    @Test func `what does not verify is kept`() async throws {
        try backend.edit("UPDATE audit_log SET method = 'GET' WHERE sequence = 700")
        await retention(days: 0, entries: 100).sweep()
        let verdict = try await backend.audit.verify()
        #expect(verdict.firstSequence == 501)
        #expect(verdict.firstBreak?.sequence == 700 && verdict.firstBreak?.flaw == .altered)
    }
}
