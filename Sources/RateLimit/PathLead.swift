/// The first sixteen bytes of a path or of a pattern, as two numbers: most patterns are ruled out by one comparison.
struct PathLead: Equatable, Sendable {
    private static let length = 16
    private static let half = 8

    /// Eight bytes each, the first one uppermost.
    private let bits: (UInt64, UInt64)

    /// - Parameters:
    ///   - bytes: Of the path or the pattern.
    ///   - isFolded: Whether capitals are small letters.
    init(_ bytes: Span<UInt8>, isFolded: Bool) {
        bits = (
            Self.word(bytes.extracting(first: Self.half), isFolded),
            Self.word(bytes.extracting(droppingFirst: Self.half).extracting(first: Self.half), isFolded)
        )
    }

    private init(bits: (UInt64, UInt64)) {
        self.bits = bits
    }

    private static func word(_ bytes: Span<UInt8>, _ isFolded: Bool) -> UInt64 {
        var word: UInt64 = 0
        for index in bytes.indices {
            word = word << 8 | UInt64(isFolded ? PathReading.small(bytes[index]) : bytes[index])
        }
        return bytes.isEmpty ? 0 : word << UInt64(8 * (half - bytes.count))
    }

    func begins(with other: PathLead, mask: PathLead) -> Bool {
        bits.0 & mask.bits.0 == other.bits.0 && bits.1 & mask.bits.1 == other.bits.1
    }

    /// All bits of that many bytes.
    static func mask(_ count: Int) -> PathLead {
        func word(_ count: Int) -> UInt64 { count <= 0 ? 0 : .max << UInt64(8 * (half - min(count, half))) }
        return PathLead(bits: (word(count), word(count - half)))
    }

    static func == (one: PathLead, two: PathLead) -> Bool { one.bits == two.bits }
}
