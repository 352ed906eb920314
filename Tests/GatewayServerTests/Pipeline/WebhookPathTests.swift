import Testing

@testable import GatewayServer

@Suite struct WebhookPathTests {
    @Test(arguments: [
        ("POST", "/api/webhooks/replicate", "replicate"), ("POST", "/api/webhooks/replicate/", "replicate"),
        ("POST", "/api/cloud/webhook/replicate", "replicate"), ("POST", "/api/webhooks/x", "x"),
        ("GET", "/api/webhooks/replicate", nil), ("post", "/api/webhooks/replicate", nil),
        ("POST", "/api/webhooks", nil), ("POST", "/api/webhooks/", nil), ("POST", "/api/webhooks/a/b", nil),
        ("POST", "/api/webhook/replicate", nil), ("POST", "/api/cloud/webhooks/replicate", nil),
    ])
    func `a delivery is a POST to one name below either path`(method: String, path: String, name: String?) {
        let (method, bytes) = (Array(method.utf8), Array(path.utf8))
        let place = WebhookPath.provider(of: bytes.span, method: method.span)
        #expect(place.map { String(decoding: bytes[$0], as: UTF8.self) } == name)
    }
}
