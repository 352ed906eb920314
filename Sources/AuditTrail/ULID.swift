/// An id that sorts by the time it was made: 48 bits of milliseconds, then 80 random bits.
///
/// The text form is 26 characters of Crockford's base 32 (the ULID specification): unique without asking anybody, so an
/// event keeps one id from the process where it happened to the table where it ends.
public struct ULID: Hashable, Sendable {
    public let bits: UInt128

    public init(bits: UInt128) {
        self.bits = bits
    }

    /// Makes an id.
    ///
    /// - Parameters:
    ///   - milliseconds: Since 1970-01-01T00:00:00Z; its low 48 bits are kept.
    ///   - randomBits: Random bits, of which the low 80 are kept.
    public init(milliseconds: Int64, randomBits: UInt128) {
        bits = UInt128(UInt64(truncatingIfNeeded: milliseconds) & 0xffff_ffff_ffff) << 80 | randomBits & Self.randomMask
    }

    /// Reads the text form, in either case; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let digits = text.utf8
        // 26 digits are 130 bits, so the first holds three.
        guard digits.count == Self.length, let first = digits.first, (UInt8(ascii: "0")...UInt8(ascii: "7")) ~= first
        else { return nil }
        var bits: UInt128 = 0
        for byte in digits {
            guard let value = Self.value(of: byte) else { return nil }
            bits = bits << 5 | UInt128(value)
        }
        self.bits = bits
    }

    /// When it was made, since 1970-01-01T00:00:00Z.
    public var milliseconds: Int64 { Int64(bits >> 80) }

    static let length = 26
    static let randomMask: UInt128 = (1 << 80) - 1
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// Appends the text form.
    func append(to text: inout [UInt8]) {
        for shift in stride(from: 125, through: 0, by: -5) {
            text.append(Self.alphabet[Int(truncatingIfNeeded: bits >> UInt128(shift)) & 31])
        }
    }

    private static func value(of byte: UInt8) -> Int? {
        let isLower = (UInt8(ascii: "a")...UInt8(ascii: "z")) ~= byte
        return alphabet.firstIndex(of: isLower ? byte - 0x20 : byte)
    }
}

extension ULID: CustomStringConvertible, Comparable {
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(Self.length)
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    public static func < (left: ULID, right: ULID) -> Bool { left.bits < right.bits }
}

extension ULID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = ULID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "This is no ULID.")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
