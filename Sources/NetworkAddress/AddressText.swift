/// An address in its canonical text form (RFC 5952), as bytes without an allocation.
///
/// Lower case, no leading zeros, the first longest run of at least two zero groups as `::`.
public struct AddressText: Sendable {
    /// The longest form: eight groups of four digits.
    private var letters = [39 of UInt8](repeating: 0)
    private var count = 0

    public init(_ address: IPAddress) {
        switch address.family {
        case .v4: appendQuad(UInt32(truncatingIfNeeded: address.bits))
        case .v6: appendGroups(address.bits)
        }
    }

    public var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { letters.span.extracting(first: count) }
    }

    private mutating func append(_ letter: UInt8) {
        letters[count] = letter
        count += 1
    }

    private mutating func appendQuad(_ bits: UInt32) {
        for index: UInt32 in 0..<4 {
            if index > 0 { append(UInt8(ascii: ".")) }
            let number = UInt8(truncatingIfNeeded: bits >> (24 - 8 * index))
            if number >= 100 { append(UInt8(ascii: "0") + number / 100) }
            if number >= 10 { append(UInt8(ascii: "0") + number / 10 % 10) }
            append(UInt8(ascii: "0") + number % 10)
        }
    }

    private mutating func appendGroups(_ bits: UInt128) {
        let gap = Self.longestZeroRun(in: bits)
        var index = 0
        while index < 8 {
            if index == gap.lowerBound, !gap.isEmpty {
                append(UInt8(ascii: ":"))
                if gap.upperBound == 8 { append(UInt8(ascii: ":")) }
                index = gap.upperBound
                continue
            }
            if index > 0 { append(UInt8(ascii: ":")) }
            appendGroup(Self.group(index, of: bits))
            index += 1
        }
    }

    private mutating func appendGroup(_ group: UInt16) {
        var shift: UInt16 = 12
        while shift > 0, group >> shift == 0 { shift -= 4 }
        while true {
            let digit = UInt8(group >> shift & 0xf)
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            guard shift > 0 else { return }
            shift -= 4
        }
    }

    private static func group(_ index: Int, of bits: UInt128) -> UInt16 {
        UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * index))
    }

    /// The first longest run of at least two zero groups; empty without one.
    private static func longestZeroRun(in bits: UInt128) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in 0..<8 {
            guard group(index, of: bits) == 0 else {
                start = index + 1
                continue
            }
            if index + 1 - start >= 2, index + 1 - start > longest.count { longest = start..<index + 1 }
        }
        return longest
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text form (RFC 5952).
    public var description: String {
        let text = AddressText(self)
        var description = ""
        let span = text.span
        for index in span.indices { description.unicodeScalars.append(Unicode.Scalar(span[index])) }
        return description
    }
}
