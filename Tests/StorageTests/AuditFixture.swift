import AuditChain
import AuditTrail
import GRDB
import Testing

@testable import Storage

/// A database with an audit trail, and its key.
struct AuditFixture {
    private let folder: TemporaryFolder
    let database: JobDatabase
    let chain = HashChain(key: Array(repeating: 9, count: 32))

    init() throws {
        folder = try TemporaryFolder()
        database = try JobDatabase(path: folder.path + "/jobs.db")
    }

    /// The event of a number, always the same, every text of it there.
    static func event(_ number: Int, _ type: AuditEventType = .rateLimited) -> AuditEvent {
        var event = AuditEvent(
            id: ULID(milliseconds: Int64(number), randomBits: UInt128(number) | 0xabcd << 40), type: type,
            at: Int64(number) * 1000)
        (event.actor, event.actorName) = ("u\(number % 2)", "name")
        (event.targetType, event.target) = ("endpoint", "/api/\(number)")
        (event.client, event.method) = ("192.0.2.\(number)", "GET")
        (event.endpoint, event.userAgent) = ("/api/\(number)", "curl/8")
        event.details = ["a": "b"]
        return event
    }

    @discardableResult
    func append(_ numbers: ClosedRange<Int>, reached position: AuditPosition? = nil) async throws -> AuditReceipt {
        try await database.appendAudit(numbers.map { Self.event($0) }, reached: position, chain: chain)
    }

    /// What a walk over all that is stored finds.
    func verdict() async throws -> ChainVerifier.Verdict {
        let ends = try await database.auditEnds()
        var verifier = ChainVerifier(chain, floor: ends.floor ?? chain.emptyFloor)
        let page = try await database.auditEntries(
            after: ends.floor?.sequence ?? 0, through: ends.lastSequence ?? 0, limit: 1000)
        for entry in page.entries { verifier.check(entry) }
        return verifier.finish(head: ends.head ?? chain.emptyHead)
    }

    /// What somebody does who can write to the database and has no key.
    func tamper(_ sql: String) async throws {
        try await database.write { try $0.execute(sql: sql) }
    }
}
