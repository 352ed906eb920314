/// What a load balancer writes ahead of a connection that it forwards: HAProxy's PROXY protocol, versions 1 and 2.
///
/// It names the client in place of the balancer, so it is believed only from listed sources, where it is required;
/// whoever else sends it is refused. Every rule of the two formats is held to, because what two readers read
/// differently becomes somebody's forged address.
public enum ProxyPreface {
    public enum Verdict: Equatable, Sendable {
        /// So far it may become a preface; give all bytes again with those that follow.
        case needsMore
        /// These bytes begin with neither signature.
        case absent
        /// A whole preface of `count` bytes; without a source the peer itself is the client.
        case parsed(source: IPAddress?, count: Int)
        case malformed(Flaw)
    }

    /// Why a preface is refused, in words for a log.
    public enum Flaw: String, Sendable {
        case tooLong = "the PROXY preface is longer than its format allows"
        case badCharacter = "the PROXY line holds a character that is none of text"
        case badLineEnd = "the PROXY line does not end with CRLF"
        case badProtocol = "the PROXY preface names no protocol that exists"
        case badWordCount = "the PROXY line does not have two addresses and two ports, one blank between each"
        case badAddress = "the PROXY preface has an address that is not one of its family"
        case badPort = "the PROXY line has a port that is no decimal number from 0 to 65535"
        case badVersion = "the PROXY preface is of a version other than 2"
        case badCommand = "the PROXY preface has a command other than LOCAL and PROXY"
        case badLength = "the PROXY preface is shorter than its addresses"
        case badExtension = "the extensions of the PROXY preface do not fill its length"
        case badChecksum = "the PROXY preface does not have the checksum it names"
    }

    public enum Limits {
        /// The longest line of version 1 with its CRLF: two full IPv6 addresses and five-digit ports, or `UNKNOWN` with them.
        public static let text = 107
        /// The whole of version 2: what fits into the smallest segment that TCP must carry.
        public static let binary = 536
    }

    /// Judges the first bytes of a connection.
    ///
    /// Every proper beginning of a preface that will be parsed is ``Verdict/needsMore``, however it was cut.
    ///
    /// - Parameter bytes: What came so far.
    /// - Returns: The verdict, final unless more bytes are needed.
    public static func parse(_ bytes: Span<UInt8>) -> Verdict {
        guard !bytes.isEmpty else { return .needsMore }
        if bytes[0] == textSignature[0] {
            guard begins(bytes, with: textSignature) else { return .absent }
            return bytes.count > textSignature.count ? parseText(bytes) : .needsMore
        }
        guard begins(bytes, with: binarySignature) else { return .absent }
        return bytes.count > binarySignature.count ? parseBinary(bytes) : .needsMore
    }

    static let textSignature = Array("PROXY ".utf8)
    static let binarySignature: [UInt8] = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]

    /// Whether the bytes, as far as they go, are those of the signature.
    private static func begins(_ bytes: Span<UInt8>, with signature: [UInt8]) -> Bool {
        for index in 0..<min(bytes.count, signature.count) where bytes[index] != signature[index] { return false }
        return true
    }
}
