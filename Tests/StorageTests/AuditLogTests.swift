import AuditChain
import AuditTrail
import GRDB
import Testing

@testable import Storage

@Suite struct AuditLogTests {
    private let audit: AuditFixture

    init() throws { audit = try AuditFixture() }

    @Test func `an event has one entry, however often it comes and with whom`() async throws {
        #expect(try await audit.append(1...3).added == 3)
        let again = try await audit.append(2...5)
        #expect(again.added == 2 && again.repeated == 2)
        let twins = try await audit.database.appendAudit(
            [AuditFixture.event(6), AuditFixture.event(6)], chain: audit.chain)
        #expect(twins.added == 1 && twins.repeated == 1 && twins.head.sequence == 6)
        let entries = try await audit.database.auditEntries(after: 0, through: 100, limit: 100).entries
        #expect(entries.map(\.event) == (1...6).map { AuditFixture.event($0) })
        #expect(try await audit.verdict().isValid)
    }

    @Test func `weakness 62: those who write at the same time make one chain`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...40 { group.addTask { try await audit.append(number...number) } }
            try await group.waitForAll()
        }
        let verdict = try await audit.verdict()
        #expect(verdict.isValid && verdict.checkedCount == 40)
    }

    @Test func `the place in the spool is kept with the events, and not without them`() async throws {
        try await audit.append(1...2, reached: AuditPosition(segment: 7, offset: 100))
        try await audit.tamper("UPDATE audit_anchor SET sequence = 9")
        await #expect(throws: AuditFault.headForged) {
            try await audit.append(3...4, reached: AuditPosition(segment: 7, offset: 200))
        }
        #expect(try await audit.database.auditPositions() == [AuditPosition(segment: 7, offset: 100)])
        #expect(try await audit.database.auditPage(AuditQuery()).total == 2)
        try await audit.database.forgetAuditPositions(of: [7])
        #expect(try await audit.database.auditPositions().isEmpty)
    }

    @Test func `without its head a chain is not continued`() async throws {
        try await audit.append(1...2)
        try await audit.tamper("DELETE FROM audit_anchor")
        await #expect(throws: AuditFault.headMissing) { try await audit.append(3...3) }
        let stranger = HashChain(key: Array(repeating: 8, count: 32))
        try await audit.tamper("DELETE FROM audit_log")
        try await audit.append(1...1)
        await #expect(throws: AuditFault.headForged) {
            try await audit.database.appendAudit([AuditFixture.event(2)], chain: stranger)
        }
    }

    @Test func `any text comes back as it was, a zero in it too`() async throws {
        var event = AuditFixture.event(1)
        let text = "a\u{0}b\u{1}\"\\é漢🔒\u{202e}"
        (event.actor, event.actorName, event.targetType, event.target) = (text, text, text, text)
        (event.client, event.method, event.endpoint, event.userAgent) = (text, text, text, text)
        event.details = [text: text]
        event.count = 12
        _ = try await audit.database.appendAudit([event], chain: audit.chain)
        #expect(try await audit.database.auditEntry(1)?.event == event)
        #expect(try await audit.verdict().isValid)
    }

    /// Each row: what somebody does to the third of five entries, and what is found there.
    @Test(
        arguments: [
            ("ulid = '00000000000000000000000007'", .altered), ("ulid = lower(ulid)", .altered),
            ("ulid = 'x'", .altered), ("time_ms = 0", .altered), ("type = 'webhook_rejected'", .altered),
            ("type = 'security.rate_limited'", .altered), ("type = 'NO NAME'", .altered),
            ("actor = 'u9'", .altered), ("actor = NULL", .altered), ("actor_name = ''", .altered),
            ("target_type = 'job'", .altered), ("target = target || char(0)", .altered),
            ("client = '192.0.2.9'", .altered),
            ("client_key = x'04'", .altered), ("client_key = NULL", .altered), ("method = 'PUT'", .altered),
            ("endpoint = '/'", .altered), ("user_agent = NULL", .altered), ("details = '{}'", .altered),
            ("details = '{\"a\":1}'", .altered), ("details = '{'", .altered), ("count = 2", .altered),
            ("previous_hash = hash", .altered), ("hash = previous_hash", .altered), ("hash = 'x'", .altered),
            ("sequence = 30", .missing), ("sequence = -3", .disordered),
        ] as [(String, ChainVerifier.Flaw)])
    func `nothing of an entry can be changed without its being found`(
        change: String, flaw: ChainVerifier.Flaw
    ) async throws {
        try await audit.append(1...5)
        #expect(try await audit.verdict().isValid)
        try await audit.tamper("UPDATE audit_log SET \(change) WHERE sequence = 3")
        let found = try await audit.verdict().firstBreak
        #expect(found?.flaw == (flaw == .disordered ? .missing : flaw))
        #expect(found?.sequence == 3)
    }

    @Test(
        arguments: [
            ("DELETE FROM audit_log WHERE sequence = 3", 3, .missing),
            ("DELETE FROM audit_log WHERE sequence = 1", 1, .missing),
            ("DELETE FROM audit_log WHERE sequence > 3", 4, .tailCut),
            ("DELETE FROM audit_log", 1, .tailCut),
            ("DELETE FROM audit_anchor", 1, .beyondHead),
            ("UPDATE audit_anchor SET sequence = 4", 4, .headForged),
            ("UPDATE audit_anchor SET signature = 'x'", 5, .headForged),
            ("INSERT INTO audit_anchor SELECT 'floor', 1, hash, signature FROM audit_anchor", 1, .floorForged),
        ] as [(String, Int64, ChainVerifier.Flaw)])
    func `weakness 63: no entry and neither end can be taken away`(
        change: String, sequence: Int64, flaw: ChainVerifier.Flaw
    ) async throws {
        try await audit.append(1...5)
        try await audit.tamper(change)
        let found = try await audit.verdict().firstBreak
        #expect(found?.flaw == flaw && found?.sequence == sequence)
    }

    @Test func `what is trimmed leaves a chain that verifies and goes on`() async throws {
        try await audit.append(1...5)
        let entry = try #require(try await audit.database.auditEntry(3))
        let floor = audit.chain.floor(removingThrough: entry)
        func trim(_ floor: ChainAnchor, from before: ChainAnchor?, _ number: Int) async throws -> AuditReceipt? {
            try await audit.database.trimAudit(
                to: floor, from: before, recording: AuditFixture.event(number, .auditTrimmed), chain: audit.chain)
        }
        #expect(try await trim(floor, from: nil, 20)?.head.sequence == 6)
        #expect(try await trim(floor, from: nil, 21) == nil)
        try await audit.append(6...6)
        let verdict = try await audit.verdict()
        #expect(verdict.isValid && verdict.firstSequence == 4 && verdict.lastSequence == 7)
        let last = try #require(try await audit.database.auditEntry(7))
        #expect(try await trim(audit.chain.floor(removingThrough: last), from: floor, 22)?.head.sequence == 8)
        #expect(try await audit.verdict().isValid)
        #expect(try await audit.append(7...7).head.sequence == 9)
        #expect(try await audit.verdict().isValid)
    }

    @Test func `nothing is removed where that cannot be written down`() async throws {
        try await audit.append(1...5)
        let entry = try #require(try await audit.database.auditEntry(3))
        try await audit.tamper("DELETE FROM audit_anchor")
        await #expect(throws: AuditFault.headMissing) {
            try await audit.database.trimAudit(
                to: audit.chain.floor(removingThrough: entry), from: nil,
                recording: AuditFixture.event(20, .auditTrimmed), chain: audit.chain)
        }
        #expect(try await audit.database.auditEntry(1) != nil)
    }

    @Test func `trails that are put aside keep every row`() async throws {
        for number in 1...2 {
            try await audit.append(1...5)
            let chain = HashChain(key: Array(repeating: UInt8(number), count: 32))
            #expect(try await !audit.database.auditFits(chain))
            #expect(try await audit.database.closeAudit(at: Int64(number), chain: chain) == number)
            #expect(try await audit.database.auditFits(chain))
            #expect(try await !audit.database.auditFits(audit.chain))
            let count = try await audit.database.read {
                try Int.fetchOne($0, sql: "SELECT count(*) FROM audit_log_closed_\(number)")
            }
            #expect(count == 5)
            try await audit.tamper("DELETE FROM audit_log")
            try await audit.tamper("DELETE FROM audit_anchor")
        }
    }
}
