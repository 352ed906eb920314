/// The 32 bytes that tie an entry to all before it.
public struct ChainHash: Hashable, Sendable {
    public static let count = 32
    /// What the first entry follows.
    public static let genesis = ChainHash(bytes: Array(repeating: 0, count: count))

    public let bytes: [UInt8]

    init(bytes: [UInt8]) {
        precondition(bytes.count == Self.count, "a chain hash is made of SHA-256 values")
        self.bytes = bytes
    }

    /// Reads the text form, 64 lower-case hexadecimal digits; nil for anything else.
    public init?(hex: some StringProtocol) {
        guard hex.utf8.count == Self.count * 2 else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for byte in hex.utf8 {
            guard let digit = Self.digits.firstIndex(of: byte).map(UInt8.init) else { return nil }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        self.bytes = bytes
    }

    private static let digits = Array("0123456789abcdef".utf8)
}

extension ChainHash: CustomStringConvertible {
    public var description: String {
        String(decoding: bytes.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
