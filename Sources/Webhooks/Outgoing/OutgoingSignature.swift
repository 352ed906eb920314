import Crypto

/// Signs a message as SimpleTuner's notifications are signed.
public enum OutgoingSignature {
    public static let fieldName = "X-SimpleTuner-Signature"

    /// The value of the field: `sha256=` and HMAC-SHA256 over the body, in hexadecimal.
    ///
    /// The body names the delivery and the time, so that a message which somebody sends again is noticed.
    public static func value(signing body: [UInt8], secret: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Array(secret.utf8)))
        return "sha256=" + code.map { String(0x100 + Int($0), radix: 16).dropFirst() }.joined()
    }
}
