import Crypto

/// A key that a sender signs its webhooks with (Standard Webhooks: `whsec_` and base64).
public struct SigningSecret: Sendable {
    let key: SymmetricKey

    /// Nil when the text is not base64, behind an optional `whsec_`, of at least 16 bytes.
    ///
    /// The specification asks for 24 to 64 bytes; shorter ones are in use, so the floor is where guessing begins.
    public init?(_ text: String) {
        let encoded = text.hasPrefix("whsec_") ? text.dropFirst("whsec_".count) : text[...]
        guard let bytes = Base64.decode(encoded.utf8), (16...256).contains(bytes.count) else { return nil }
        key = SymmetricKey(data: bytes)
    }
}

/// Base64 with padding (RFC 4648, section 4).
///
/// Padding may be missing; anything else outside the alphabet is refused.
enum Base64 {
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var held: UInt32 = 0
        var bits = 0
        var digits = 0
        var padding = 0
        for byte in text {
            if byte == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let digit = value(of: byte) else { return nil }
            digits += 1
            held = held << 6 | digit
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: held >> UInt32(bits)))
            }
        }
        let isWhole = digits % 4 != 1 && (padding == 0 || (digits + padding) % 4 == 0 && padding <= 2)
        return isWhole ? bytes : nil
    }

    private static func value(of byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
