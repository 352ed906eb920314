/// Eight bytes that are looked at together: the scans of a head spend their time here.
///
/// Each test answers in the top bit of each byte. Only the low seven bits are added to, so that nothing is carried from
/// one byte into the next, and the first byte that fails is told exactly.
struct OctetWord {
    private let bits: UInt64

    /// Nil when there are not eight bytes.
    @inline(__always) init?(_ bytes: Span<UInt8>, at index: Int) {
        guard index >= 0, index < bytes.count, bytes.count - index >= 8 else { return nil }
        let eight = bytes.extracting(index..<index + 8)
        guard eight.count == 8 else { return nil }
        // One load, once the compiler is done with it.
        let low = UInt64(eight[0]) | UInt64(eight[1]) << 8 | UInt64(eight[2]) << 16 | UInt64(eight[3]) << 24
        let high = UInt64(eight[4]) | UInt64(eight[5]) << 8 | UInt64(eight[6]) << 16 | UInt64(eight[7]) << 24
        bits = low | high << 32
    }

    private static let topBits: UInt64 = 0x8080_8080_8080_8080

    private static func each(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

    /// The top bits of the ASCII bytes from `low` to `high`.
    private func ascii(_ low: UInt8, _ high: UInt8) -> UInt64 {
        let lowSeven = bits & ~Self.topBits
        return (lowSeven &+ Self.each(0x80 - low)) & ~(lowSeven &+ Self.each(0x7f - high)) & ~bits
    }

    /// Those that are not visible, blanks or beyond ASCII; a tab is no blank here.
    var notContent: UInt64 { ~(ascii(0x20, 0x7e) | bits) & Self.topBits }

    /// Those that may not stand in a request target.
    var notTarget: UInt64 { ~(ascii(0x21, 0x22) | ascii(0x24, 0x7e)) & Self.topBits }
}

// MARK: - Runs

extension Octet {
    /// Where the run of a field's value that begins here ends.
    static func endOfContent(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while true {
            while let word = OctetWord(bytes, at: index) {
                let failing = word.notContent
                guard failing == 0 else {
                    index += failing.trailingZeroBitCount >> 3
                    break
                }
                index += 8
            }
            guard index < bytes.count, isFieldContent(bytes[index]) else { return index }
            index += 1
        }
    }

    /// Where the run of a request target that begins here ends.
    static func endOfTarget(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while true {
            while let word = OctetWord(bytes, at: index) {
                let failing = word.notTarget
                guard failing == 0 else {
                    index += failing.trailingZeroBitCount >> 3
                    break
                }
                index += 8
            }
            guard index < bytes.count, isTarget(bytes[index]) else { return index }
            index += 1
        }
    }

    /// Where the run of a field's name that begins here ends; most are too short for words to pay.
    static func endOfToken(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count, isToken(bytes[index]) { index &+= 1 }
        return index
    }
}
