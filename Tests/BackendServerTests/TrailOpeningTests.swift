import AuditChain
import AuditTrail
import Foundation
import HTTPTypes
import JSON
import Settings
import Storage
import Testing

@testable import BackendServer

@Suite struct TrailOpeningTests {
    private let backend: Backend
    private let log = RecordedLog()

    init() throws { backend = try Backend() }

    private var paths: StatePaths { backend.providers.settings.paths }

    private func chain(key: String? = nil) async throws -> HashChain {
        var variables = ["SIMPLETUNER_STATE_DIR": backend.folder.path, "TUNERGATE_RUNTIME_DIR": "/run/t"]
        variables["SIMPLETUNER_AUDIT_KEY"] = key
        let settings = try BackendSettings(environment: Environment(variables))
        return try await TrailOpening(
            settings: settings, database: backend.database, logger: log.logger, clock: backend.providers.clock
        ).chain()
    }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Three entries under the key of the file, and a copy of their head.
    private func begin() async throws {
        let chain = try await chain()
        let head = try await backend.database.appendAudit((1...3).map { backend.refusal($0) }, chain: chain).head
        try HeadCopy(path: paths.auditHead).write(head)
    }

    private func refusal(key: String? = nil) async -> String? {
        await #expect(throws: StartupError.self) { _ = try await chain(key: key) }?.description
    }

    @Test func `the first start makes a key, and the next finds it`() async throws {
        try await begin()
        _ = try await chain()
        #expect(log.lines.isEmpty)
    }

    @Test func `a missing key is not made anew for a trail that has one`() async throws {
        try await begin()
        try FileManager.default.moveItem(atPath: paths.auditKey, toPath: paths.auditKey + ".away")
        let sentence = try #require(await refusal())
        #expect(
            sentence.hasPrefix(
                "\(paths.auditKey) is missing, and the audit trail of 3 entries in \(paths.database) was signed with"
                    + " the key in it. Restore the file from a backup,"))
        #expect(sentence.contains("make an empty file \(paths.auditReset) and start again:"))
        #expect(!exists(paths.auditKey))
        try FileManager.default.moveItem(atPath: paths.auditKey + ".away", toPath: paths.auditKey)
        _ = try await chain()
    }

    @Test func `another key is refused, with where it is`() async throws {
        try await begin()
        let given = try #require(await refusal(key: String(repeating: "k", count: 32)))
        #expect(given.contains("signed with another key than the one in SIMPLETUNER_AUDIT_KEY. Restore that key"))
        #expect(!given.contains("kkk"))
        try Data(repeating: 1, count: 32).write(to: URL(filePath: paths.auditKey))
        let sentence = try #require(await refusal())
        #expect(sentence.contains("signed with another key than the one in \(paths.auditKey). Restore that key"))
        #expect(!sentence.contains("remove"))
    }

    @Test(arguments: [
        "DELETE FROM audit_anchor", "UPDATE audit_anchor SET signature = 'x'", "UPDATE audit_log SET method = 'PUT'",
    ])
    func `what was altered is no other key: health tells it, and jobs go on`(change: String) async throws {
        try await begin()
        try backend.edit(change)
        _ = try await chain()
    }

    @Test(arguments: [true, false])
    func `a lost key ends a trail only when that was ordered, once, and nothing of it is lost`(
        isMissing: Bool
    ) async throws {
        try await begin()
        let spooled = AuditPosition(segment: 4, offset: 100)
        _ = try await backend.database.appendAudit([], reached: spooled, chain: try await chain())
        if isMissing {
            try FileManager.default.moveItem(atPath: paths.auditKey, toPath: paths.auditKey + ".away")
        } else {
            try Data(repeating: 1, count: 32).write(to: URL(filePath: paths.auditKey))
        }
        try Data().write(to: URL(filePath: paths.auditReset))
        let new = try await chain()
        #expect(!exists(paths.auditReset) && !exists(paths.auditHead) && exists(paths.auditKey))
        #expect(exists(paths.auditHead + ".closed-\(backend.now.milliseconds)"))
        let page = try await backend.database.auditPage(AuditQuery())
        #expect(page.total == 1 && page.entries.first?.sequence == 1)
        #expect(page.entries.first?.event.type == .auditClosed)
        #expect(page.entries.first?.event.details == ["table": "audit_log_closed_1", "entries": "3"])
        #expect(try await backend.database.auditFits(new))
        #expect(try await backend.database.auditPositions() == [spooled])
        try backend.edit("UPDATE audit_log_closed_1 SET method = 'GET' WHERE sequence = 3")
        try backend.edit("UPDATE audit_anchor_closed_1 SET sequence = 3 WHERE role = 'head'")
        _ = try await chain()
        #expect(log.lines.count == 1)
    }

    @Test func `an order that nothing needs is taken away, and a later loss is not met by it`() async throws {
        try await begin()
        try Data().write(to: URL(filePath: paths.auditReset))
        _ = try await chain()
        #expect(!exists(paths.auditReset))
        #expect(try await backend.database.auditPage(AuditQuery()).total == 3)
    }

    @Test func `verify says that it has another key, and walks nowhere`() async throws {
        try await begin()
        let verdict = try await backend.send(.get, "/api/audit/verify").body
        #expect(verdict["valid"] == false && verdict["entries_checked"] == 0)
        #expect(verdict["broken_links"]?.elements?.first?["error"] == "otherKey")
        #expect(
            verdict["reason"] == "The trail was signed with another key than the one that is set: nothing was checked.")
    }
}
