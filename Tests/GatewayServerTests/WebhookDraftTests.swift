import HTTP1
import Reactor
import Testing
import WebhookInbox

@testable import GatewayServer

@Suite struct WebhookDraftTests {
    private static func head(_ path: String = "/api/webhooks/replicate") -> KeptWebhook {
        KeptWebhook(path: path, client: "9.9.9.9", receivedAtMilliseconds: 7, headers: ["webhook-id": "m"], body: [])
    }

    private static func text(_ draft: WebhookDraft) -> [UInt8] {
        let file = draft.handOver()
        return file.bytes.indices.map { file.bytes[$0] }
    }

    @Test func `the file is what the backend reads`() throws {
        let budget = WebhookDraft.Budget()
        let draft = try #require(WebhookDraft(Self.head(), awaitsContinue: false, budget: budget))
        #expect(!draft.hasBody)
        for part in [[1, 2], [], [10, 3]] as [[UInt8]] {
            let isTaken = draft.take(part.span)
            #expect(isTaken)
        }
        #expect(draft.hasBody)
        let kept = try #require(KeptWebhook(file: Self.text(draft)))
        #expect(kept.body == [1, 2, 10, 3] && kept.client == "9.9.9.9" && kept.headers == ["webhook-id": "m"])
        #expect(budget.bytes == 0)
    }

    @Test func `a draft that is let go gives its bytes back`() throws {
        let budget = WebhookDraft.Budget()
        var draft = WebhookDraft(Self.head(), awaitsContinue: false, budget: budget)
        _ = draft?.take(([1, 2, 3] as [UInt8]).span)
        #expect(budget.bytes == Self.head().file.count + 3)
        draft = nil
        #expect(budget.bytes == 0)
    }

    @Test func `no draft is longer than a kept webhook, nor are a worker's together than they may`() throws {
        let budget = WebhookDraft.Budget()
        let block = [UInt8](repeating: 0, count: KeptWebhook.bodyBytesMax)
        var drafts: [WebhookDraft] = []
        while let draft = WebhookDraft(Self.head(), awaitsContinue: false, budget: budget), draft.take(block.span) {
            let isTaken = draft.take(([1] as [UInt8]).span)
            #expect(!isTaken)
            drafts.append(draft)
        }
        #expect(drafts.count == WebhookDraft.Budget.bytesMax / KeptWebhook.bodyBytesMax - 1)
        let long = Self.head("/" + String(repeating: "x", count: KeptWebhook.lineBytesMax))
        #expect(WebhookDraft(long, awaitsContinue: false, budget: WebhookDraft.Budget()) == nil)
    }

    @Test func `of the headers those are kept by which a webhook is believed, said twice as a list`() throws {
        let text = """
            POST /api/webhooks/replicate/?job=j&x=%20 HTTP/1.1\r\nHost: x\r\nWebhook-Id: m1\r\nCookie: c\r\n\
            X-API-Key: k\r\nX-Forwarded-For: 1.1.1.1\r\nwebhook-signature: v1,a\r\nWEBHOOK-SIGNATURE: v1,b\r\n\r\n
            """
        let bytes = Array(text.utf8)
        var head = RequestHead(limits: HeadLimits(), names: FieldNames())
        _ = try head.parse(bytes.span)
        var form = PathForm()
        try form.read(bytes.span.extracting(head.target))
        let kept = KeptWebhook(head, bytes.span, form, client: "::1", milliseconds: 9)
        #expect(kept?.path == "/api/webhooks/replicate?job=j&x=%20")
        #expect(kept?.headers == ["webhook-id": "m1", "x-api-key": "k", "webhook-signature": "v1,a, v1,b"])
        #expect(kept?.provider == "replicate" && kept?.addressee == "j")
    }
}
