import Crypto
import S3

/// Signs a `POST /` to one of AWS's services (Signature Version 4).
struct AWSSignature: Sendable {
    let service: String
    let region: String
    let keyID: String
    /// A secret.
    let key: String

    /// The `Authorization` header.
    ///
    /// - Parameters:
    ///   - headers: All that are signed, with names in lower case and in their order, `x-amz-date` among them.
    ///   - body: What is sent.
    /// - Returns: Its value.
    func authorization(headers: [(String, String)], body: [UInt8]) -> String {
        guard let time = headers.first(where: { $0.0 == "x-amz-date" })?.1 else {
            preconditionFailure("a signature is for a time")
        }
        let names = headers.map(\.0).joined(separator: ";")
        let canonical =
            "POST\n/\n\n" + headers.map { "\($0.0):\($0.1)\n" }.joined()
            + "\n\(names)\n" + Hexadecimal.encode(SHA256.hash(data: body))
        let scope = "\(time.prefix(8))/\(region)/\(service)/aws4_request"
        let text =
            "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n" + Hexadecimal.encode(SHA256.hash(data: Array(canonical.utf8)))
        var signing = SymmetricKey(data: Array("AWS4\(key)".utf8))
        for step in [String(time.prefix(8)), region, service, "aws4_request"] {
            signing = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(step.utf8), using: signing))
        }
        let signature = Hexadecimal.encode(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: signing))
        return "AWS4-HMAC-SHA256 Credential=\(keyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    }
}
