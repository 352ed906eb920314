/// Makes bytes of a client into text that cannot mislead whoever reads it.
///
/// Printable ASCII stays; a backslash is doubled; every other byte becomes `\xHH`. So no control sequence reaches a
/// terminal, no letter looks like another, and the escaping can be undone.
public enum EscapedText {
    /// The longest texts that an event keeps, in characters once escaped.
    public enum Limits {
        public static let method = 32
        public static let endpoint = 256
        public static let userAgent = 256
    }

    /// What a text ends with that was cut.
    static let cutMark = Array("...".utf8)
    private static let digits = Array("0123456789abcdef".utf8)

    /// Escapes bytes.
    ///
    /// - Parameters:
    ///   - bytes: What the client sent.
    ///   - limit: The longest result, at least 8 characters.
    /// - Returns: ASCII text of at most `limit` characters; longer ones are cut and end with `...`.
    public static func escape(_ bytes: Span<UInt8>, limit: Int) -> String {
        precondition(limit >= 8, "an escaped text has room for one escape and the mark of a cut")
        var text: [UInt8] = []
        text.reserveCapacity(min(limit, bytes.count))
        // Where the text is cut if it proves too long: behind the last whole character that leaves room for the mark.
        var cut = 0
        for index in bytes.indices {
            append(bytes[index], to: &text)
            guard text.count <= limit else {
                text.removeLast(text.count - cut)
                text += cutMark
                break
            }
            if text.count + cutMark.count <= limit { cut = text.count }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func append(_ byte: UInt8, to text: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\\"):
            text.append(byte)
            text.append(byte)
        case 0x20...0x7e:
            text.append(byte)
        default:
            text.append(UInt8(ascii: "\\"))
            text.append(UInt8(ascii: "x"))
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
    }
}
