/// An IPv4 or IPv6 address, as bits.
///
/// An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is folded to the IPv4 address it stands for, so that one client has
/// one spelling. Zone ids (`fe80::1%eth0`) are refused: they mean something on one host only.
public struct IPAddress: Hashable, Sendable {
    public enum Family: Sendable { case v4, v6 }

    public let family: Family
    /// The address in network order, right-aligned: an IPv4 address fills the low 32 bits.
    public let bits: UInt128

    public init(v4 bits: UInt32) {
        self.init(family: .v4, bits: UInt128(bits))
    }

    public init(v6 bits: UInt128) {
        if bits >> 32 == 0xffff {
            self.init(v4: UInt32(truncatingIfNeeded: bits))
        } else {
            self.init(family: .v6, bits: bits)
        }
    }

    private init(family: Family, bits: UInt128) {
        self.family = family
        self.bits = bits
    }

    /// Parses `192.0.2.1` or `2001:db8::1` (RFC 4291, section 2.2); nil for anything else.
    public init?(_ text: some StringProtocol) {
        self.init(text: Array(text.utf8)[...])
    }

    /// Parses the text form given as ASCII bytes.
    public init?(text: ArraySlice<UInt8>) {
        // The longest text form is 45 characters: six groups and a dotted quad.
        guard text.count <= 45 else { return nil }
        if text.contains(UInt8(ascii: ":")) {
            guard let bits = Self.parseV6(text) else { return nil }
            self.init(v6: bits)
        } else {
            guard let bits = Self.parseV4(text) else { return nil }
            self.init(v4: bits)
        }
    }

    /// Whether this is exactly `127.0.0.1` or `::1`: what the guide calls localhost.
    ///
    /// The rest of 127.0.0.0/8 is not, so that several strangers can live on one machine.
    public var isLoopback: Bool {
        switch family {
        case .v4: bits == 0x7f00_0001
        case .v6: bits == 1
        }
    }

    /// Four decimal numbers without leading zeros, which some resolvers read as octal.
    private static func parseV4(_ text: ArraySlice<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            var number: UInt32 = 0
            for byte in part {
                guard let digit = byte.hexDigit, digit < 10 else { return nil }
                number = number * 10 + UInt32(digit)
            }
            guard number <= 255 else { return nil }
            bits = bits << 8 | number
        }
        return bits
    }

    private static func parseV6(_ text: ArraySlice<UInt8>) -> UInt128? {
        guard let gap = gapIndex(in: text) else {
            guard let groups = parseGroups(text, mayEndInQuad: true), groups.count == 8 else { return nil }
            return join(groups)
        }
        guard let head = parseGroups(text[..<gap], mayEndInQuad: false),
            let tail = parseGroups(text[(gap + 2)...], mayEndInQuad: true)
        else { return nil }
        // The gap stands for at least one group of zeros.
        guard head.count + tail.count <= 7 else { return nil }
        return join(head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail)
    }

    /// Where the first `::` is.
    private static func gapIndex(in text: ArraySlice<UInt8>) -> Int? {
        let colon = UInt8(ascii: ":")
        return text.indices.dropLast().first { text[$0] == colon && text[$0 + 1] == colon }
    }

    /// Groups of up to four hexadecimal digits; a dotted quad, which may only end an address, counts as two.
    private static func parseGroups(_ text: ArraySlice<UInt8>, mayEndInQuad: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if mayEndInQuad, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let quad = parseV4(part) else { return nil }
                groups += [UInt16(quad >> 16), UInt16(truncatingIfNeeded: quad)]
                continue
            }
            guard (1...4).contains(part.count) else { return nil }
            var group: UInt16 = 0
            for byte in part {
                guard let digit = byte.hexDigit else { return nil }
                group = group << 4 | UInt16(digit)
            }
            groups.append(group)
        }
        return groups
    }

    private static func join(_ groups: [UInt16]) -> UInt128 {
        groups.reduce(0) { $0 << 16 | UInt128($1) }
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text form (RFC 5952): lower case, no leading zeros, the longest run of zero groups as `::`.
    public var description: String {
        switch family {
        case .v4:
            return stride(from: 24, through: 0, by: -8).map { String(UInt8(truncatingIfNeeded: bits >> $0)) }
                .joined(separator: ".")
        case .v6:
            let groups = stride(from: 112, through: 0, by: -16).map { UInt16(truncatingIfNeeded: bits >> $0) }
            guard let zeros = Self.longestZeroRun(in: groups) else { return Self.text(of: groups[...]) }
            return Self.text(of: groups[..<zeros.lowerBound]) + "::" + Self.text(of: groups[zeros.upperBound...])
        }
    }

    private static func text(of groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    /// The first longest run of at least two zero groups.
    private static func longestZeroRun(in groups: [UInt16]) -> Range<Int>? {
        var longest: Range<Int>?
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start >= 2, end - start > longest?.count ?? 0 { longest = start..<end }
            start = max(end, start) + 1
        }
        return longest
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
