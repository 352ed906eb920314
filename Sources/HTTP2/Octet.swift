/// The bytes that HTTP's grammar names (RFC 9110, section 5.6).
enum Octet {
    static var tab: UInt8 { UInt8(ascii: "\t") }
    static var lineFeed: UInt8 { UInt8(ascii: "\n") }
    static var carriageReturn: UInt8 { UInt8(ascii: "\r") }
    static var space: UInt8 { UInt8(ascii: " ") }
    static var colon: UInt8 { UInt8(ascii: ":") }

    /// `tchar`, what a method is made of, as bits from 0x20 and from 0x40 on.
    static func isToken(_ byte: UInt8) -> Bool {
        contains(byte, low: 0x03ff_6cfa_0000_0000, high: 0x57ff_ffff_c7ff_fffe)
    }

    /// The same without upper-case letters: what a field's name is made of (RFC 9113, section 8.2.1).
    static func isLowercaseToken(_ byte: UInt8) -> Bool {
        contains(byte, low: 0x03ff_6cfa_0000_0000, high: 0x57ff_ffff_c000_0000)
    }

    /// What `uri-host [":" port]` is made of (RFC 3986, section 3.2.2); no user name, which only serves to deceive.
    static func isAuthority(_ byte: UInt8) -> Bool {
        contains(byte, low: 0x2fff_7ff2_0000_0000, high: 0x47ff_fffe_afff_fffe)
    }

    /// Bytes of a field's value: visible, blank, or beyond ASCII; no control characters.
    static func isFieldContent(_ byte: UInt8) -> Bool {
        (byte >= 0x20 || byte == tab) && byte != 0x7f
    }

    /// Bytes of a path: visible ASCII.
    static func isTarget(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7f }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
    }

    private static func contains(_ byte: UInt8, low: UInt64, high: UInt64) -> Bool {
        byte < 128 && (byte < 64 ? low : high) &>> UInt64(byte & 63) & 1 == 1
    }
}

extension Span<UInt8> {
    /// Whether the bytes are this ASCII text.
    ///
    /// For short literals, which cost no allocation.
    func equals(_ text: String) -> Bool {
        let text = text.utf8
        guard count == text.count else { return false }
        var index = 0
        for byte in text {
            guard self[index] == byte else { return false }
            index += 1
        }
        return true
    }

    /// Whether the bytes are the same, letters in either case.
    func equalsIgnoringCase(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where Octet.lowercased(self[index]) != Octet.lowercased(other[index]) { return false }
        return true
    }
}

extension [UInt8] {
    mutating func append(_ bytes: Span<UInt8>) {
        append(addingCapacity: bytes.count) { output in
            for index in bytes.indices { output.append(bytes[index]) }
        }
    }

    /// Appends ASCII text, a short literal.
    mutating func append(_ text: String) {
        append(contentsOf: text.utf8)
    }
}
