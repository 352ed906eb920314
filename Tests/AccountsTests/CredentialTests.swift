import Accounts
import Testing

@Suite struct CredentialTests {
    private static let key = "st_abcdefghijklmnopqrstuvwxyz012345"
    private static let session = "abcdefghijklmnopqrstuvwxyz-_ABCDEFGHIJKLMNO"

    private func found(
        apiKey: String? = nil, authorization: String? = nil, cookies: [String] = []
    ) -> Credential? {
        Credential(apiKey: apiKey, authorization: authorization, cookies: cookies)
    }

    @Test func `a key is found in each of its places`() {
        #expect(found(apiKey: Self.key) == .key(Self.key))
        #expect(found(authorization: "Bearer \(Self.key)") == .key(Self.key))
        #expect(found(authorization: "bearer \(Self.key)") == .key(Self.key))
        #expect(found(authorization: "ApiKey \(Self.key)") == .key(Self.key))
    }

    @Test func `a session is found among other cookies, and a key goes first`() {
        let cookies = ["theme=dark; simpletuner_session=\(Self.session);x=y"]
        #expect(found(cookies: cookies) == .session(Self.session))
        #expect(found(apiKey: Self.key, cookies: cookies) == .key(Self.key))
    }

    @Test func `credentials of others are none`() {
        #expect(found(apiKey: "wht_" + Self.key) == nil)
        #expect(found(authorization: "AWS4-HMAC-SHA256 Credential=\(Self.key)") == nil)
        #expect(found(authorization: "Basic \(Self.key)") == nil)
        #expect(found(authorization: "Bearer") == nil)
        #expect(found(apiKey: String(Self.key.dropLast()) + "!") == nil)
        #expect(found(apiKey: Self.key + "6") == nil)
        #expect(found(cookies: ["simpletuner_session="]) == nil)
        #expect(found(cookies: ["xsimpletuner_session=\(Self.session)"]) == nil)
        #expect(found(cookies: ["simpletuner_session=\(Self.session.dropLast())é"]) == nil)
        // Whoever can set a cookie beside ours must not choose which of the two counts.
        #expect(found(cookies: ["simpletuner_session=\(Self.session); simpletuner_session=\(Self.session)"]) == nil)
    }

    @Test func `new ones have their forms, and none is like another`() {
        var random = SystemRandomNumberGenerator()
        let keys = (0..<100).map { _ in Credential.newKey(using: &random) }
        let sessions = (0..<100).map { _ in Credential.newSession(using: &random) }
        #expect(keys.allSatisfy { found(apiKey: $0) == .key($0) } && Set(keys).count == 100)
        #expect(sessions.allSatisfy { found(cookies: ["simpletuner_session=\($0)"]) == .session($0) })
        #expect(Set(sessions).count == 100)
        #expect(Credential.hash("a").count == 32)
    }
}
