import AuditChain
import AuditTrail
import Foundation
import HTTPTypes
import JSON
import Jobs
import Storage
import Testing

@testable import BackendServer

@Suite struct AuditVerificationTests {
    private let backend: Backend

    init() async throws {
        backend = try Backend()
        try backend.spool((1...9).map { backend.refusal($0).line })
        await backend.ingest()
    }

    private func verify(_ query: String = "") async throws -> JSONValue {
        try await backend.send(.get, "/api/audit/verify\(query)").body
    }

    @Test func `a whole chain is valid`() async throws {
        let expected: JSONValue = [
            "valid": true, "entries_checked": 9, "broken_links": [], "first_id": 1, "last_id": 9, "reason": nil,
        ]
        #expect(try await verify() == expected)
    }

    /// Each row: a part, its first and last entry, and how many there are.
    @Test(arguments: [
        ("?start_id=4", 4, 9, 6), ("?end_id=4", 1, 4, 4), ("?start_id=3&end_id=5", 3, 5, 3),
        ("?start_id=9", 9, 9, 1), ("?start_id=1&end_id=900", 1, 9, 9),
    ])
    func `weakness 63: a part raises no false alarm`(query: String, first: Int, last: Int, count: Int) async throws {
        let verdict = try await verify(query)
        #expect(verdict["valid"] == true)
        #expect(verdict["first_id"] == JSONValue(first) && verdict["last_id"] == JSONValue(last))
        #expect(verdict["entries_checked"] == JSONValue(count))
    }

    @Test(arguments: ["?start_id=10", "?start_id=900", "?start_id=20&end_id=30"])
    func `a part behind the end is empty and valid`(query: String) async throws {
        #expect(try await verify(query)["valid"] == true)
        #expect(try await verify(query)["entries_checked"] == 0)
    }

    @Test(arguments: [
        ("DELETE FROM audit_log WHERE sequence = 4", "?start_id=4", 4, "missing"),
        ("DELETE FROM audit_log WHERE sequence = 6", "?start_id=4&end_id=6", 6, "missing"),
        ("DELETE FROM audit_log WHERE sequence = 5", "?start_id=4&end_id=6", 5, "missing"),
        ("DELETE FROM audit_log WHERE sequence > 7", "?start_id=4", 8, "tailCut"),
        ("DELETE FROM audit_log WHERE sequence > 7", "?start_id=9", 9, "missing"),
        ("DELETE FROM audit_log WHERE sequence > 7", "", 8, "tailCut"),
        ("UPDATE audit_log SET client = NULL WHERE sequence = 5", "", 5, "altered"),
    ])
    func `a break is found in the part that has it`(
        change: String, query: String, id: Int, flaw: String
    ) async throws {
        try backend.edit(change)
        let verdict = try await verify(query)
        #expect(verdict["valid"] == false)
        let broken = try #require(verdict["broken_links"]?.elements?.first)
        #expect(broken["id"] == JSONValue(id) && broken["error"] == .string(flaw))
        #expect(verdict["reason"]?.text?.isEmpty == false)
    }

    @Test(arguments: [
        ("start_id=0", "start_id: Input should be a positive integer"),
        ("end_id=x", "end_id: Input should be a positive integer"),
        ("start_id=5&end_id=4", "end_id: It is before start_id."),
    ])
    func `a part that is none is refused`(query: String, detail: String) async throws {
        let answer = try await backend.send(.get, "/api/audit/verify?\(query)")
        #expect(answer.status == 422)
        #expect(answer.body["detail"] == .string(detail))
        #expect(answer.body["errors"]?.elements?.count == 1)
    }

    // MARK: - The copy of the head

    /// Puts back the database as it was after its seventh entry.
    private func setBack() throws {
        let chain = backend.audit.chain
        var head = chain.emptyHead
        for number in 1...7 { _ = chain.append(backend.refusal(number), to: &head) }
        try backend.edit("DELETE FROM audit_log WHERE sequence > 7")
        try backend.edit(
            "UPDATE audit_anchor SET sequence = 7, hash = '\(head.hash)', signature = '\(head.signature)'")
    }

    @Test func `an older database is found by the copy of its head, which is kept`() async throws {
        let copy = try backend.audit.copy.read()
        try setBack()
        #expect(try await verify()["broken_links"]?.elements?.first?["error"] == "setBack")
        #expect(try await verify()["broken_links"]?.elements?.first?["id"] == 8)
        // Entries go on, and do not wash it away.
        try backend.spool((11...14).map { backend.refusal($0).line })
        let desk = AuditDesk(
            database: backend.database, chain: backend.audit.chain, copy: backend.audit.copy, logger: Backend.silence,
            clock: backend.providers.clock)
        var progress = SpoolProgress()
        #expect(await backend.ingestion(desk).round(&progress))
        #expect(desk.account.isSetBack)
        #expect(try backend.audit.copy.read() == copy)
        let broken = try await verify()["broken_links"]?.elements?.first
        #expect(broken?["error"] == "setBack" && broken?["id"] == 9)
        // Whoever did it on purpose removes the file.
        try FileManager.default.removeItem(atPath: backend.folder.path + "/audit.head")
        #expect(try await verify()["valid"] == true)
        await backend.ingest()
    }

    @Test func `moving the copy away heals while the process runs`() async throws {
        try setBack()
        let log = RecordedLog()
        let path = backend.audit.copy.path
        let desk = AuditDesk(
            database: backend.database, chain: backend.audit.chain, copy: backend.audit.copy, logger: Backend.silence,
            clock: backend.providers.clock)
        let guardian = HeadGuardian(desk: desk, logger: log.logger)
        for _ in 1...3 { await guardian.examine() }
        #expect(desk.account.isSetBack)
        try #require(log.lines.count == 1)
        #expect(log.lines[0].hasPrefix("error the audit trail does not go on from \(path): an older database"))
        #expect(log.lines[0].contains("move the file away and it is written anew."))
        try Data("9 x y".utf8).write(to: URL(filePath: path))
        for _ in 1...3 { await guardian.examine() }
        #expect(desk.account.isSetBack)
        try #require(log.lines.count == 2)
        #expect(log.lines[1].hasPrefix("error \(path) is damaged, forged, or signed with another key"))
        await desk.record(desk.event(.jobSubmitted))
        await guardian.keep(isLast: true)
        #expect(try backend.audit.copy.read() == .illegible)
        try FileManager.default.removeItem(atPath: path)
        for _ in 1...3 { await guardian.examine() }
        #expect(!desk.account.isSetBack)
        #expect(log.lines.dropFirst(2) == ["notice the copy of the audit trail's head is kept again path=\(path)"])
        await guardian.keep(isLast: true)
        #expect(try await copied() == 8)
    }

    @Test func `a crash between commit and copy is no alarm`() async throws {
        // The entry is on the disk, and nobody wrote the copy.
        await backend.audit.record(backend.audit.event(.jobSubmitted))
        guard case .head(let head) = try backend.audit.copy.read() else {
            Issue.record("there is no copy")
            return
        }
        #expect(head.sequence == 9)
        #expect(try await verify()["valid"] == true)
        #expect(await backend.ingest())
        #expect(!backend.audit.account.isSetBack)
    }

    @Test(arguments: ["", "9 x y", "9 \(String(repeating: "0", count: 64)) \(String(repeating: "0", count: 64))"])
    func `a copy that we did not write is told`(text: String) async throws {
        try Data(text.utf8).write(to: URL(filePath: backend.folder.path + "/audit.head"))
        #expect(try await verify()["broken_links"]?.elements?.first?["error"] == "copyForged")
    }

    @Test func `the copy is private, and written at most once a second`() async throws {
        let path = backend.folder.path + "/audit.head"
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let guardian = HeadGuardian(desk: backend.audit, logger: Backend.silence)
        await guardian.examine()
        await backend.audit.record(backend.audit.event(.jobSubmitted))
        await guardian.keep()
        #expect(try await copied() == 10)
        await backend.audit.record(backend.audit.event(.jobSubmitted))
        await guardian.keep()
        #expect(try await copied() == 10)
        await guardian.keep(isLast: true)
        #expect(try await copied() == 11)
    }

    private func copied() async throws -> Int64? {
        guard case .head(let head) = try backend.audit.copy.read() else { return nil }
        return head.sequence
    }
}
