import AuditChain
import AuditTrail
import GRDB
import Settings
import Spool
import Storage
import Testing

@testable import BackendServer

extension Backend {
    var spoolPath: String { folder.path + "/audit" }

    func ingestion(_ desk: AuditDesk? = nil) -> SpoolIngestion {
        let desk = desk ?? audit
        return SpoolIngestion(
            desk: desk, reader: SpoolReader(folder: spoolPath),
            guardian: HeadGuardian(desk: desk, logger: Self.silence), logger: Self.silence)
    }

    /// Writes lines as the gateway does, and closes the segment.
    func spool(_ lines: [[UInt8]]) throws {
        let writer = try SpoolWriter(folder: spoolPath)
        for line in lines { writer.append(line.span) }
        writer.stop()
    }

    /// The event of a number, as the gateway makes it.
    func refusal(_ number: Int, client: String = "203.0.113.7") -> AuditEvent {
        AuditEvent.rateLimited(
            RefusedRequest(
                method: Array("POST".utf8).span, target: Array("/api/cloud/jobs/\(number)?token=x".utf8).span,
                userAgent: Array("curl/8".utf8).span),
            client: client, id: ULID(milliseconds: Int64(number), randomBits: UInt128(number)),
            at: now.milliseconds + Int64(number))
    }

    /// One round of the ingestion, by a process that was just started.
    @discardableResult func ingest() async -> Bool {
        var progress = SpoolProgress()
        return await ingestion().round(&progress)
    }

    /// The targets of all entries, oldest first.
    func auditTargets() async throws -> [String?] {
        try await database.auditEntries(after: 0, through: .max, limit: 10_000).entries.map(\.event.target)
    }

    /// What somebody does who can write to the database and has no key.
    func edit(_ sql: String) throws {
        let queue = try DatabaseQueue(path: providers.settings.paths.database)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }
}
