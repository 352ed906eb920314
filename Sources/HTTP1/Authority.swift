/// `uri-host [":" port]` (RFC 3986, section 3.2), as `Host` carries it.
///
/// Stricter than its grammar: a host is a name, an IPv4 address or an IPv6 address in brackets. No user name and no
/// percent escapes, which only serve to deceive, and none of the marks that no name has but a page could be broken by.
enum Authority {
    /// More than the longest name of the DNS, with a port.
    private static let bytesMax = 264

    static func isValid(_ bytes: Span<UInt8>) -> Bool {
        guard (1...bytesMax).contains(bytes.count) else { return false }
        var index = 0
        if bytes[0] == UInt8(ascii: "[") {
            guard let end = endOfAddress(bytes) else { return false }
            index = end
        } else {
            while index < bytes.count, isName(bytes[index]) { index += 1 }
            guard index > 0 else { return false }
        }
        return index == bytes.count || isPort(bytes, from: index)
    }

    /// Where `[…]` ends: only its characters are checked, since nobody connects to it.
    private static func endOfAddress(_ bytes: Span<UInt8>) -> Int? {
        var index = 1
        while index < bytes.count, Octet.hexValue(bytes[index]) != nil || ":.".utf8.contains(bytes[index]) {
            index += 1
        }
        guard index > 2, index < bytes.count, bytes[index] == UInt8(ascii: "]") else { return nil }
        return index + 1
    }

    private static func isPort(_ bytes: Span<UInt8>, from start: Int) -> Bool {
        guard bytes[start] == Octet.colon, (1...5).contains(bytes.count - start - 1) else { return false }
        for index in start + 1..<bytes.count where !Octet.isDigit(bytes[index]) { return false }
        return true
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }

    /// Where the authority of `http://authority/…` lies; nil in any other target.
    static func range(ofAbsolute target: Span<UInt8>) -> Range<Int>? {
        // Nearly every target is a path.
        guard !target.isEmpty, target[0] != UInt8(ascii: "/") else { return nil }
        var start = 0
        if target.hasPrefix("http://") { start = 7 } else if target.hasPrefix("https://") { start = 8 }
        guard start > 0 else { return nil }
        var end = start
        while end < target.count, target[end] != UInt8(ascii: "/"), target[end] != UInt8(ascii: "?") { end += 1 }
        // A host must be named (RFC 9110, section 4.2.1).
        return end > start ? start..<end : nil
    }
}
