import S3
import Testing

/// Expected values computed with Python's hmac.
@Suite struct UploadTokensTests {
    private let tokens = UploadTokens(masterKey: [UInt8](repeating: 7, count: 32))
    private let nonce = [UInt8](repeating: 9, count: 16)

    @Test func `token, secret and hash are those of the written recipe`() {
        let token = tokens.token(job: "abcdefghijklmnopqrstuvwx01", nonce: nonce)
        #expect(token == "CQkJCQkJCQkJCQkJCQkJCfilI87kzFjzDV3csQONiHk")
        #expect(tokens.secret(token: token) == "lx8lY9j_HD96KtRNCM9I1KPKZOuf165AP103BsJDPds")
        #expect(
            Hexadecimal.encode(UploadTokens.hash(token))
                == "25121f6058bb27771477dcda44b9cf5f9418574a980865887d086339fe562df2")
    }

    @Test func `two jobs have two tokens even with one nonce`() {
        #expect(tokens.token(job: "a", nonce: nonce) != tokens.token(job: "b", nonce: nonce))
    }
}
