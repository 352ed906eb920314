import AuditChain
import AuditTrail
import Jobs
import Logging
import NetworkAddress
import Reactor
import Spool
import Storage
import Testing

@testable import BackendServer

@Suite struct SpoolIngestionTests {
    private let backend: Backend
    private let reader: SpoolReader

    init() throws {
        backend = try Backend()
        reader = SpoolReader(folder: backend.spoolPath)
    }

    private static func targets(_ numbers: ClosedRange<Int>) -> [String?] {
        numbers.map { "/api/cloud/jobs/\($0)" }
    }

    @Test func `what the gateway wrote is chained, and its segments are removed`() async throws {
        #expect(await backend.ingest(), "no folder is no failure")
        try backend.spool((1...3).map { backend.refusal($0).line })
        #expect(await backend.ingest())
        #expect(try await backend.auditTargets() == Self.targets(1...3))
        #expect(try reader.segments().isEmpty)
        // The next round forgets the place in what is gone.
        try backend.spool((4...4).map { backend.refusal($0).line })
        await backend.ingest()
        await backend.ingest()
        #expect(try await backend.database.auditPositions().isEmpty)
        #expect(try await backend.auditTargets() == Self.targets(1...4))
        #expect(try await backend.audit.verify().isValid)
    }

    @Test func `a line that is no event stops nothing, and is counted`() async throws {
        let bad = ["not json", "{}", #"{"id":"x","time_ms":1,"type":"a","count":1}"#].map { Array($0.utf8) }
        try backend.spool([backend.refusal(1).line] + bad + [backend.refusal(2).line])
        var progress = SpoolProgress()
        #expect(await backend.ingestion().round(&progress))
        #expect(try await backend.auditTargets() == Self.targets(1...2))
        #expect(backend.audit.account.malformed == 3 && backend.audit.account.added == 2)
    }

    @Test func `a segment that is still written is read on where it was left`() async throws {
        let writer = try SpoolWriter(folder: backend.spoolPath)
        var progress = SpoolProgress()
        writer.append(backend.refusal(1).line.span)
        while writer.counts.synced < 1 { await Task.yield() }
        #expect(await backend.ingestion().round(&progress))
        #expect(try reader.segments().count == 1)
        writer.append(backend.refusal(2).line.span)
        writer.stop()
        #expect(await backend.ingestion().round(&progress))
        #expect(try await backend.auditTargets() == Self.targets(1...2))
        #expect(backend.audit.account.repeated == 0)
    }

    /// Where a process can stop between two steps of a group.
    enum Stop: CaseIterable { case beforeCommit, afterCommit, afterRemoval, afterCommitAndLossOfPlace }

    @Test(arguments: Stop.allCases)
    func `wherever it stops, each event is chained once`(stop: Stop) async throws {
        try backend.spool((1...3).map { backend.refusal($0).line })
        let segment = try #require(try reader.segments().first)
        let batch = try reader.read(from: SpoolPosition(segment: segment, offset: 0))
        if stop != .beforeCommit {
            try await backend.audit.ingest(
                (1...3).map { backend.refusal($0) }, malformed: 0,
                reached: AuditPosition(segment: segment, offset: batch.end.offset))
        }
        if stop == .afterRemoval { try reader.remove(batch.end) }
        if stop == .afterCommitAndLossOfPlace { try await backend.database.forgetAuditPositions(of: [segment]) }
        #expect(await backend.ingest())
        #expect(await backend.ingest())
        #expect(try await backend.auditTargets() == Self.targets(1...3))
        #expect(try reader.segments().isEmpty)
        #expect(try await backend.database.auditPositions().isEmpty)
        #expect(try await backend.audit.verify().isValid)
    }

    @Test func `while nothing can be added the spool keeps its events, and health says so`() async throws {
        try backend.spool([backend.refusal(1).line])
        await backend.ingest()
        let other = AuditDesk(
            database: backend.database, chain: HashChain(key: Array(repeating: 1, count: 32)), copy: backend.audit.copy,
            logger: Backend.silence, clock: backend.providers.clock)
        try backend.spool([backend.refusal(2).line])
        var progress = SpoolProgress()
        #expect(await !backend.ingestion(other).round(&progress))
        #expect(other.account.isHalted)
        #expect(try reader.segments().count == 1)
        #expect(await backend.ingest())
        #expect(try await backend.auditTargets() == Self.targets(1...2))
    }

    @Test func `a head that is forged is told at the start, and a folder that could be read again forgotten`()
        async throws
    {
        try backend.spool([backend.refusal(1).line])
        await backend.ingest()
        backend.audit.note(SystemError(code: 5))
        #expect(backend.audit.account.isFailing)
        await backend.ingest()
        #expect(!backend.audit.account.isFailing)
        try backend.edit("UPDATE audit_anchor SET signature = hash")
        await backend.ingest()
        await backend.ingest()
        #expect(backend.audit.account.isFailing && backend.audit.account.isHalted)
    }

    @Test func `counted refusals are written down when their time is over, or at the end`() async throws {
        let key = EventCoalescer.Key(client: IPAddress(v6: 7).limitKey(), route: 0)
        for _ in 1...5 {
            await backend.audit.recordRefusal(
                backend.audit.event(.webhookRejected), key: key, traits: EventCoalescer.Traits(client: IPAddress(v6: 7))
            )
        }
        await backend.audit.recordCounted()
        #expect(try await backend.auditTargets().count == 1)
        await backend.audit.recordCounted(isLast: true)
        let counts = try await backend.database.auditEntries(after: 0, through: .max, limit: 9).entries.map(
            \.event.count)
        #expect(counts == [1, 4])
    }
}
