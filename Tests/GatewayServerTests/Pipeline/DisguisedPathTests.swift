import HTTP1
import Testing

@testable import GatewayServer

@Suite struct DisguisedPathTests {
    @Test(arguments: [
        ("/api%2Fwebhooks%2freplicate", true), ("/api/webhooks%2freplicate", true), ("/api%5cwebhooks/x", true),
        ("/api\\webhooks\\x", true), ("/api;a=b/webhooks/x", true), ("/API/Webhooks/x", true),
        ("/api%2fcloud/storage/b/k", true), ("/api/cloud%2Fwebhook/x", true),
        ("/api/webhooks/replicate", false), ("/api/webhooks/a%2fb", false), ("/api/cloud/storage/b/a%2Fb;c\\D", false),
        ("/api/cloud/jobs%2Fsubmit", false), ("/api/webhookss%2Fx", false), ("/x/api%2Fwebhooks", false),
    ])
    func `a guarded path is reached by its own spelling only`(target: String, isHidden: Bool) throws {
        let bytes = Array(target.utf8)
        var form = PathForm()
        try form.read(bytes.span)
        #expect(form.hidesAnother(in: bytes.span) == isHidden)
    }
}
