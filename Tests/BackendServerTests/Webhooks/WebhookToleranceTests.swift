import Foundation
import HTTPTypes
import JSON
import Jobs
import Settings
import Testing
import WebhookInbox

@testable import BackendServer
@testable import Storage

@Suite struct WebhookToleranceTests {
    private static let variable = "SIMPLETUNER_WEBHOOK_TIMESTAMP_TOLERANCE"
    private static let body = #"{"id":"p1","status":"processing"}"#

    /// Each row: what is set, how old a webhook is, and whether it is believed.
    @Test(
        arguments: [
            (tolerance: "300", age: 300, isBelieved: true), ("300", 301, false), ("60", 60, true), ("60", 61, false),
            ("60", -61, false), ("3600", 3600, true), ("3600", -3601, false),
        ] as [(tolerance: String, age: Int64, isBelieved: Bool)])
    func `a webhook may be as old as is set, one that was kept when it came`(
        tolerance: String, age: Int64, isBelieved: Bool
    ) async throws {
        let live = try Backend([Self.variable: tolerance])
        _ = try await live.submit(#"{"config":{"a":1}}"#)
        let now = Int64(live.now.seconds)
        let headers = try Backend.signature(Self.body, id: "m1", seconds: now - age)
        let answer = try await live.send(.post, "/api/webhooks/replicate", Self.body, headers: headers)
        #expect(answer.status == (isBelieved ? 200 : 401))

        let kept = try Backend([Self.variable: tolerance])
        _ = try await kept.submit(#"{"config":{"a":1}}"#)
        let folder = InboxFolder(path: kept.folder.path + "/inbox")
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        let sent = now - 86_400
        let webhook = KeptWebhook(
            path: "/api/webhooks/replicate", client: "9.9.9.9", receivedAtMilliseconds: (sent + age) * 1000,
            headers: try Backend.signature(Self.body, id: "m1", seconds: sent), body: Array(Self.body.utf8))
        try Data(webhook.file).write(to: URL(filePath: folder.path + "/01"))
        await InboxIngestion(folder: folder, desk: kept.webhooks, logger: Backend.silence).round()
        #expect(try await kept.database.job("p1")?.status == (isBelieved ? .running : .queued))
    }

    @Test func `an id is remembered longer than its signature can count`() {
        let longest: Int64 = 3600
        #expect(throws: SettingsErrors.self) { try Backend([Self.variable: "\(longest + 1)"]) }
        #expect(WebhookInboxTable.lifetimeSeconds >= 2 * longest)
    }
}
