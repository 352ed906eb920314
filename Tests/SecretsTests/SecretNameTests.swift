import Secrets
import Testing

@Suite struct SecretNameTests {
    @Test(arguments: ["replicate-api.token", "REPLICATE_API_TOKEN", "Replicate_Api_Token"])
    func `a name has one spelling`(text: String) {
        #expect(SecretName(text) == .replicateToken)
    }

    @Test(arguments: ["", "a b", "ä", "a/b", String(repeating: "a", count: 129)])
    func `what is no name is none`(text: String) {
        #expect(SecretName(text) == nil)
    }
}
