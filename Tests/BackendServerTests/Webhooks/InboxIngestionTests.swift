import AuditChain
import AuditTrail
import Foundation
import HTTPTypes
import JSON
import Jobs
import Storage
import Testing
import WebhookInbox
import Webhooks

@testable import BackendServer

@Suite struct InboxIngestionTests {
    private let backend: Backend
    private let folder: InboxFolder

    init() throws {
        backend = try Backend()
        folder = InboxFolder(path: backend.folder.path + "/inbox")
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    }

    private func round() async {
        await InboxIngestion(folder: folder, desk: backend.webhooks, logger: Backend.silence).round()
    }

    private func keep(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(filePath: folder.path + "/" + name))
    }

    /// A webhook that was signed and kept some seconds ago.
    private func keep(
        _ name: String, _ body: String, id: String = "m1", secondsAgo: Int64 = 3600, client: String = "9.9.9.9",
        keptSecondsAfter: Int64 = 0
    ) throws {
        let sent = Int64(backend.now.seconds) - secondsAgo
        let headers = try Backend.signature(body, id: id, seconds: sent)
        let kept = KeptWebhook(
            path: "/api/webhooks/replicate?job=x", client: client,
            receivedAtMilliseconds: (sent + keptSecondsAfter) * 1000, headers: headers, body: Array(body.utf8))
        try keep(name, kept.file)
    }

    private var rejected: [String?] {
        get async throws {
            var query = AuditQuery()
            query.types = [.webhookRejected]
            return try await backend.database.auditPage(query).entries.map { $0.event.details["reason"] }
        }
    }

    @Test func `what came while nobody was there is applied once, however old it is by now`() async throws {
        let id = try #require(try await backend.submit(#"{"config":{"a":1}}"#)["job_id"]?.text)
        try keep("01", #"{"id":"p1","status":"processing"}"#)
        try keep("02", #"{"id":"p1","status":"succeeded","output":"https://o"}"#, id: "m2")
        try keep("03", #"{"id":"p1","status":"failed"}"#, id: "m2")
        try keep(".04", #"{"id":"p1","status":"failed"}"#, id: "m3")
        await round()
        let job = try await backend.database.job(id)
        #expect(job?.status == .completed)
        #expect(job?.outputURL == "https://o")
        #expect(folder.names(limit: 10) == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [".04"])
    }

    @Test func `what is not believed is written down and removed`() async throws {
        _ = try await backend.submit(#"{"config":{"a":1}}"#)
        _ = try await backend.send(
            .put, "/api/cloud/providers/replicate", #"{"webhook_allowed_ips":["10.0.0.0/8"]}"#)
        try keep("01", #"{"id":"p1","status":"failed"}"#, client: "9.9.9.9")
        try keep("02", #"{"id":"p1","status":"failed"}"#, client: "10.0.0.1", keptSecondsAfter: 301)
        await round()
        #expect(folder.names(limit: 10) == [])
        #expect(try await backend.database.job("p1")?.status == .queued)
        #expect(try await Set(rejected) == ["IP address not in allowlist", "Invalid webhook signature"])
    }

    @Test func `what cannot be understood is set aside, and only so much of it`() async throws {
        for number in 0..<(InboxFolder.setAsideMax + 20) { try keep("bad\(number)", Array("{}\n".utf8)) }
        for _ in 0..<2 { await round() }
        #expect(folder.names(limit: 10) == [])
        let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/bad")
        #expect(kept.count == InboxFolder.setAsideMax)
    }

    @Test func `what cannot be checked now waits`() async throws {
        _ = try await backend.submit(#"{"config":{"a":1}}"#)
        try keep("01", #"{"id":"p1","status":"processing"}"#)
        backend.replicate.behave(.isAway)
        await round()
        #expect(folder.names(limit: 10) == ["01"])
    }
}
