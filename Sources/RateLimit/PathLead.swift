/// The first sixteen bytes of a path or of a pattern, as one number: most patterns are ruled out by one comparison.
struct PathLead: Equatable, Sendable {
    private static let length = 16

    private let bits: UInt128

    /// - Parameters:
    ///   - bytes: Of the path or the pattern.
    ///   - isFolded: Whether capitals are small letters.
    init(_ bytes: Span<UInt8>, isFolded: Bool) {
        var bits: UInt128 = 0
        for index in 0..<min(bytes.count, Self.length) {
            let byte = isFolded ? PathReading.small(bytes[index]) : bytes[index]
            bits |= UInt128(byte) << UInt128(8 * index)
        }
        self.bits = bits
    }

    private init(bits: UInt128) {
        self.bits = bits
    }

    func begins(with other: PathLead, mask: PathLead) -> Bool { bits & mask.bits == other.bits }

    /// All bits of that many bytes.
    static func mask(_ count: Int) -> PathLead {
        PathLead(bits: count >= length ? .max : ~(.max << UInt128(8 * count)))
    }
}
