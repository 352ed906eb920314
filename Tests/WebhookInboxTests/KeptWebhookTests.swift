import Testing
import WebhookInbox

@Suite struct KeptWebhookTests {
    @Test func `a kept webhook reads as it was written, and no prefix of one is believed to be whole`() throws {
        let kept = KeptWebhook(
            path: "/api/cloud/webhook/replicate?a=b&job=j1", client: "::1", receivedAtMilliseconds: 5,
            headers: ["webhook-id": "m\n1"], body: [0, 10, 255])
        let bytes = kept.file
        #expect(KeptWebhook(file: bytes) == kept)
        #expect(kept.provider == "replicate")
        #expect(kept.addressee == "j1")
        for length in 0..<(bytes.count - 3) { #expect(KeptWebhook(file: Array(bytes.prefix(length))) == nil) }
    }
}
