extension IPAddress {
    /// Parses `192.0.2.1` or `2001:db8::1` (RFC 4291, section 2.2); nil for anything else.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        self.init(text: bytes.span)
    }

    /// Parses the text form given as ASCII bytes.
    public init?(text: ArraySlice<UInt8>) {
        self.init(text: text.span)
    }

    /// Parses the text form given as ASCII bytes, without an allocation.
    public init?(text: Span<UInt8>) {
        // The longest text form is 45 characters: six groups and a dotted quad.
        guard text.count <= 45 else { return nil }
        for index in text.indices where text[index] == UInt8(ascii: ":") {
            guard let bits = Self.readV6(text) else { return nil }
            self.init(v6: bits)
            return
        }
        guard let bits = Self.readV4(text) else { return nil }
        self.init(v4: bits)
    }

    /// Four decimal numbers without leading zeros, which some resolvers read as octal.
    private static func readV4(_ text: Span<UInt8>) -> UInt32? {
        var bits: UInt32 = 0
        var number: UInt32 = 0
        var digits = 0
        var dots = 0
        for index in text.indices {
            if text[index] == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                bits = bits << 8 | number
                (number, digits, dots) = (0, 0, dots + 1)
                continue
            }
            guard let digit = text[index].hexDigit, digit < 10, digits == 0 || number > 0 else { return nil }
            number = number * 10 + UInt32(digit)
            digits += 1
            guard number <= 255 else { return nil }
        }
        return dots == 3 && digits > 0 ? bits << 8 | number : nil
    }

    /// Groups of up to four hexadecimal digits with at most one gap; a dotted quad, which may only end an address,
    /// counts as two.
    private static func readV6(_ text: Span<UInt8>) -> UInt128? {
        var groups = V6Groups()
        var index = 0
        if text[0] == UInt8(ascii: ":") {
            guard text.count >= 2, text[1] == UInt8(ascii: ":"), groups.openGap() else { return nil }
            index = 2
        }
        while index < text.count {
            let start = index
            var group: UInt16 = 0
            while index < text.count, index - start < 4, let digit = text[index].hexDigit {
                group = group << 4 | UInt16(digit)
                index += 1
            }
            if index < text.count, text[index] == UInt8(ascii: ".") {
                guard let quad = readV4(text.extracting(start...)) else { return nil }
                let isRoom = groups.append(UInt16(quad >> 16)) && groups.append(UInt16(truncatingIfNeeded: quad))
                return isRoom ? groups.bits : nil
            }
            guard index > start, groups.append(group) else { return nil }
            guard index < text.count else { break }
            guard text[index] == UInt8(ascii: ":"), index + 1 < text.count else { return nil }
            index += 1
            if text[index] == UInt8(ascii: ":") {
                guard groups.openGap() else { return nil }
                index += 1
            }
        }
        return groups.bits
    }
}

/// The groups of an IPv6 address as they are read, and where its gap was.
private struct V6Groups {
    private var written: UInt128 = 0
    private var count = 0
    private var gap: Int?

    /// - Returns: Whether there was room for one more.
    mutating func append(_ group: UInt16) -> Bool {
        guard count < 8 else { return false }
        written = written << 16 | UInt128(group)
        count += 1
        return true
    }

    /// - Returns: Whether this is the first `::`.
    mutating func openGap() -> Bool {
        guard gap == nil else { return false }
        gap = count
        return true
    }

    /// The whole address; nil when groups are missing, or the gap stands for none.
    var bits: UInt128? {
        guard let gap else { return count == 8 ? written : nil }
        guard count <= 7 else { return nil }
        let tailBits = UInt128(16 * (count - gap))
        let tail = written & ~(UInt128.max << tailBits)
        return (written >> tailBits) << UInt128(16 * (8 - gap)) | tail
    }
}

extension UInt8 {
    var hexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
