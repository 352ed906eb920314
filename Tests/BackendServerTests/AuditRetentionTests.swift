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
        #expect(try await range() == [1104, 1203])
        try await backend.audit.append([backend.audit.event(.jobSubmitted)])
        #expect(try await range() == [1104, 1204])
        #expect(try await backend.database.auditPage(AuditQuery()).total == 101)
    }

    @Test func `a removal is written down and logged, and one that removes nothing is not`() async throws {
        let log = RecordedLog()
        let retention = AuditRetention(desk: backend.audit, days: 0, entriesMax: 700, logger: log.logger)
        for _ in 1...3 { await retention.sweep() }
        #expect(log.lines == ["notice old audit entries were removed count=502 last_sequence=502"])
        var query = AuditQuery()
        query.types = [.auditTrimmed]
        let entries = try await backend.database.auditPage(query).entries
        #expect(entries.map(\.sequence) == [1202, 1201])
        #expect(
            entries.map(\.event.details) == [
                ["removed": "2", "last_id": "502"], ["removed": "500", "last_id": "500"],
            ])
        #expect(backend.audit.account.added == 1202 && backend.audit.account.head?.sequence == 1202)
        #expect(try await range() == [503, 1202])
    }

    private func sweep(days: Int, clockAhead seconds: Int64) async {
        let time = backend.now.adding(seconds: seconds)
        let desk = AuditDesk(
            database: backend.database, chain: backend.audit.chain, copy: backend.audit.copy, logger: Backend.silence,
            clock: { time })
        await AuditRetention(desk: desk, days: days, entriesMax: 10_000, logger: Backend.silence).sweep()
    }

    @Test func `a clock that is a year ahead erases nothing, the first time and after it`() async throws {
        for _ in 1...3 { await sweep(days: 30, clockAhead: 365 * 86_400) }
        #expect(try await range() == [1, 1200])
        // What is old by the entries' own time goes, and its record does not bring the clock in.
        var late = backend.audit.event(.jobSubmitted)
        late.milliseconds += 86_400_000 - 600_000
        try await backend.audit.append([late])
        for _ in 1...3 { await sweep(days: 1, clockAhead: 365 * 86_400) }
        #expect(try await range() == [1190, 1204])
    }

    @Test func `records of removals alone wait for others, so that an idle trail comes to rest`() async throws {
        await sweep(days: 1, clockAhead: 86_400)
        #expect(try await range() == [1200, 1203])
        await sweep(days: 1, clockAhead: 2 * 86_400)
        let rest = try await range()
        for day in 3...6 { await sweep(days: 1, clockAhead: Int64(day) * 86_400) }
        #expect(try await range() == rest)
    }

    @Test func `old ones are removed by their time`() async throws {
        let later = backend.now.adding(seconds: 86_400 - 600)
        let desk = AuditDesk(
            database: backend.database, chain: backend.audit.chain, copy: backend.audit.copy, logger: Backend.silence,
            clock: { later })
        await AuditRetention(desk: desk, days: 1, entriesMax: 10_000, logger: Backend.silence).sweep()
        #expect(try await range() == [1190, 1203])
    }

    @Test func `what does not verify is kept`() async throws {
        try backend.edit("UPDATE audit_log SET method = 'GET' WHERE sequence = 700")
        await retention(days: 0, entries: 100).sweep()
        let verdict = try await backend.audit.verify()
        #expect(verdict.firstSequence == 501)
        #expect(verdict.firstBreak?.sequence == 700 && verdict.firstBreak?.flaw == .altered)
    }
}
