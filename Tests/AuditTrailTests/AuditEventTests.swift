import FoundationEssentials
import Testing

@testable import AuditTrail

@Suite struct AuditEventTests {
    private static let id = ULID(milliseconds: 1_700_000_000_000, randomBits: 7)

    private static func full(_ text: String) -> AuditEvent {
        var event = AuditEvent(id: id, type: .rateLimited, at: 1_700_000_000_123)
        (event.actor, event.actorName, event.targetType, event.target) = (text, text, text, text)
        (event.client, event.method, event.endpoint, event.userAgent) = (text, text, text, text)
        event.details = ["a": "", "": "b"]
        event.details[text] = text
        event.count = 12
        return event
    }

    private static func request(_ path: String, userAgent: String = "curl/8") -> RefusedRequest {
        RefusedRequest(
            method: Array("POST".utf8).span, target: Array(path.utf8).span, userAgent: Array(userAgent.utf8).span)
    }

    @Test(arguments: [
        "plain", "", "\"quoted\\\"", "a\nb\r\tc\u{0}\u{7f}\u{85}", "\u{2028}\u{2029}", "é漢🔒", "\u{202e}x", "/a/b?c=d",
    ])
    func `a line is read back as the event it was written from`(text: String) throws {
        for event in [Self.full(text), AuditEvent(id: Self.id, type: .webhookRejected, at: 0)] {
            let line = event.line
            #expect(line.allSatisfy { $0 >= 0x20 && $0 != 0x7f })
            #expect(String(validating: line, as: UTF8.self) != nil)
            #expect(try JSONDecoder().decode(AuditEvent.self, from: Data(line)) == event)
        }
    }

    @Test func `a line looks like this`() {
        let event = AuditEvent.rateLimited(Self.request("/api/x?key=secret"), client: "192.0.2.1", id: Self.id, at: 5)
        let line = String(decoding: event.line, as: UTF8.self)
        #expect(
            line == #"{"id":"01HF7YAT000000000000000007","time_ms":5,"type":"rate_limited","target_type":"endpoint","#
                + #""target":"/api/x","client":"192.0.2.1","method":"POST","endpoint":"/api/x","#
                + #""user_agent":"curl/8","count":1}"#)
    }

    @Test(arguments: [
        #"{}"#, #"{"id":"x","time_ms":1,"type":"a","count":1}"#,
        #"{"id":"01HF7YAT000000000000000007","time_ms":1,"type":"A b","count":1}"#,
        #"{"id":"01HF7YAT000000000000000007","time_ms":1,"type":"a","count":0}"#,
        #"{"id":"01HF7YAT000000000000000007","time_ms":1,"type":"a"}"#,
        #"{"id":"01HF7YAT000000000000000007","time_ms":1,"type":"a","count":1,"details":{"a":1}}"#,
        #"{"id":"01HF7YAT000000000000000007","time_ms":1,"type":"a","cou"#,
    ])
    func `what is no event is not read as one`(line: String) {
        #expect(throws: (any Error).self) { try JSONDecoder().decode(AuditEvent.self, from: Data(line.utf8)) }
    }

    @Test func `types and members of a newer gateway are kept and left alone`() throws {
        let line = #"{"id":"01HF7YAT000000000000000007","time_ms":1,"type":"new.kind","count":1,"later":[1]}"#
        let event = try JSONDecoder().decode(AuditEvent.self, from: Data(line.utf8))
        #expect(event.type.name == "new.kind")
    }

    @Test(arguments: ["\\", "\"", "\u{1}", "é", "a"])
    func `a refusal takes at most two kibibytes, whatever the client sends`(unit: String) {
        let junk = String(repeating: unit, count: 100_000)
        let request = RefusedRequest(
            method: Array(junk.utf8).span, target: Array(junk.utf8).span, userAgent: Array(junk.utf8).span)
        let client = "2001:db8:1111:2222:3333:4444:5555:6666"
        let provider = String(repeating: "p", count: 64)
        #expect(AuditEvent.rateLimited(request, client: client, id: Self.id, at: .max).line.count <= 2048)
        let webhook = AuditEvent.webhookRejected(request, provider: provider, client: client, id: Self.id, at: .max)
        #expect(webhook.line.count <= 2048)
    }

    @Test func `a refusal keeps what the guide lists, and no query`() {
        let request = Self.request("/api/login?api_key=secret", userAgent: "a\u{1b}[0m")
        let limited = AuditEvent.rateLimited(request, client: "192.0.2.1", id: Self.id, at: 5)
        #expect(limited.client == "192.0.2.1" && limited.endpoint == "/api/login" && limited.method == "POST")
        #expect(limited.userAgent == #"a\x1b[0m"#)
        #expect(limited.targetType == "endpoint" && limited.target == "/api/login")
        #expect(limited.action == "Rate limit exceeded for /api/login")
        let rejected = AuditEvent.webhookRejected(
            request, provider: "replicate", client: "192.0.2.1", id: Self.id, at: 5)
        #expect(rejected.target == "replicate" && rejected.details["reason"] == "IP address not in allowlist")
        #expect(Self.request("/x", userAgent: "").userAgent == nil)
    }
}

@Suite struct AuditEventTypeTests {
    @Test(arguments: [
        ("rate_limited", "rate_limited"), ("security.rate_limited", "rate_limited"),
        ("webhook_rejected", "webhook_rejected"), ("security.webhook_rejected", "webhook_rejected"),
        ("auth.logout", "auth.logout"),
    ])
    func `a type is one value under both of its names`(name: String, stored: String) {
        #expect(AuditEventType(name)?.name == stored)
    }

    @Test(arguments: ["", "A", "a b", "a-b", "é", "a\n", String(repeating: "a", count: 65)])
    func `what is no name is refused`(name: String) {
        #expect(AuditEventType(name) == nil)
    }

    @Test func `titles are SimpleTuner's`() {
        #expect(AuditEventType.rateLimited.title == "SECURITY_RATE_LIMITED")
        #expect(AuditEventType("auth.api_key.used")?.title == "AUTH_API_KEY_USED")
    }

    @Test func `known types are distinct, well formed, and the refusals are security's`() {
        #expect(Set(AuditEventType.known).count == AuditEventType.known.count)
        for type in AuditEventType.known { #expect(AuditEventType(type.name) == type) }
        let security = Set(AuditEventType.security.map(\.name))
        #expect(security.isSuperset(of: ["rate_limited", "webhook_rejected", "auth.login.failed"]))
        #expect(!security.contains("auth.logout"))
    }
}
