import Testing
import Webhooks

/// The first vector is the one of the Standard Webhooks libraries; the others were computed with Python's `hmac`.
@Suite struct WebhookSignatureTests {
    private let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    private let sent: Int64 = 1_614_265_330
    private let body = Array(#"{"test": 2432232314}"#.utf8)
    private let good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    private let bad = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

    private func isValid(
        _ signatures: String, id: String? = nil, timestamp: String? = nil, body: [UInt8]? = nil,
        secrets: [String]? = nil, now: Int64? = nil, tolerance: Int64 = 300
    ) -> Bool {
        WebhookSignature(id: id ?? self.id, timestamp: timestamp ?? "\(sent)", signatures: signatures).isValid(
            body: body ?? self.body, secrets: (secrets ?? [secret]).compactMap { SigningSecret($0) },
            nowSeconds: now ?? sent, toleranceSeconds: tolerance)
    }

    @Test func `the libraries' own vector is accepted, with and without the secret's prefix`() {
        #expect(isValid(good))
        #expect(isValid(good, secrets: ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]))
    }

    @Test func `bytes that are no text are signed as they are`() {
        let code = "v1,JqXqUP4fmfdQgV1sMIElh9R3uC7a3pFcvhpozXHohVY="
        let secrets = ["whsec_YW5vdGhlci1zZWNyZXQtb2YtMjQtYnl0"]
        #expect(
            isValid(
                code, id: "msg_1", timestamp: "1700000000", body: [0xff, 0, 1], secrets: secrets, now: 1_700_000_000))
    }

    @Test func `any of several signatures and any of several secrets will do`() {
        #expect(isValid("\(bad) \(good)"))
        #expect(isValid("v1a,xyz v2,\(good.dropFirst(3)) \(good)"))
        #expect(isValid(good, secrets: ["whsec_YW5vdGhlci1zZWNyZXQtb2YtMjQtYnl0", secret]))
    }

    @Test func `whatever is changed, nothing is believed`() {
        #expect(!isValid(bad))
        #expect(!isValid(""))
        #expect(!isValid("v2,\(good.dropFirst(3))"))
        #expect(!isValid(String(good.dropLast(2))))
        #expect(!isValid(good, id: "msg_other"))
        #expect(!isValid(good, id: ""))
        #expect(!isValid(good, timestamp: "\(sent + 1)"))
        #expect(!isValid(good, timestamp: "+\(sent)"))
        #expect(!isValid(good, body: body + [0x20]))
        #expect(!isValid(good, secrets: []))
        #expect(!isValid(good, secrets: ["whsec_YW5vdGhlci1zZWNyZXQtb2YtMjQtYnl0"]))
    }

    @Test(arguments: [30, 300, 3600] as [Int64])
    func `a message counts as long as the tolerance is, both ways`(tolerance: Int64) {
        for drift in [-tolerance, 0, tolerance] { #expect(isValid(good, now: sent + drift, tolerance: tolerance)) }
        for drift in [-tolerance - 1, tolerance + 1] {
            #expect(!isValid(good, now: sent + drift, tolerance: tolerance))
        }
    }

    @Test func `a sender cannot make us compare for ever`() {
        #expect(!isValid(String(repeating: bad + " ", count: 100) + good))
    }

    @Test(arguments: ["", "whsec_", "whsec_c2hvcnQ=", "whsec_!!!!", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaL"])
    func `a secret that is short or no base64 is none`(text: String) {
        #expect(SigningSecret(text) == nil)
    }

    @Test func `Svix's names are understood, and a missing header does not verify`() {
        let svix = ["svix-id": id, "svix-timestamp": "\(sent)", "svix-signature": good]
        let secrets = [SigningSecret(secret)].compactMap(\.self)
        #expect(
            WebhookSignature { svix[$0] }?.isValid(
                body: body, secrets: secrets, nowSeconds: sent, toleranceSeconds: 300) == true)
        #expect(WebhookSignature { _ in nil } == nil)
        let partial = ["webhook-id": id]
        #expect(
            WebhookSignature { partial[$0] }?.isValid(
                body: body, secrets: secrets, nowSeconds: sent, toleranceSeconds: 300) == false)
    }
}
