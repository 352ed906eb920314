/// The bytes that HTTP's grammar names (RFC 9110, section 5.6).
enum Octet {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let colon = UInt8(ascii: ":")
    static let comma = UInt8(ascii: ",")

    /// `tchar`: what a method or a field's name is made of.
    ///
    /// Written as bits, so that the hot path loads no lazily made global; a test compares it with the grammar's text.
    static func isToken(_ byte: UInt8) -> Bool {
        let bits: UInt64 = byte & 64 == 0 ? 0x03ff_6cfa_0000_0000 : 0x57ff_ffff_c7ff_fffe
        return byte < 128 && bits >> UInt64(byte & 63) & 1 == 1
    }

    /// Bytes of a field's value: visible, blank, or beyond ASCII; no control characters.
    static func isFieldContent(_ byte: UInt8) -> Bool {
        byte >= 0x20 ? byte != 0x7f : byte == tab
    }

    /// Bytes of a request target: visible ASCII, and no fragment, which never leaves an honest client.
    ///
    /// Everything else must come percent-encoded.
    static func isTarget(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "#")
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
    }

    static func hexValue(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte - 0x30)
        case 0x41...0x46: Int(byte - 0x37)
        case 0x61...0x66: Int(byte - 0x57)
        default: nil
        }
    }
}

extension Span<UInt8> {
    /// Whether the bytes are this lower-case text, whatever their own case.
    func equalsIgnoringCase(_ lowercase: String) -> Bool {
        count == lowercase.utf8.count && hasPrefix(lowercase)
    }

    /// Whether the bytes begin with this lower-case text, whatever their own case.
    func hasPrefix(_ lowercase: String) -> Bool {
        guard count >= lowercase.utf8.count else { return false }
        var index = 0
        for byte in lowercase.utf8 {
            if Octet.lowercased(self[index]) != byte { return false }
            index += 1
        }
        return true
    }

    func equals(_ text: String) -> Bool {
        guard count == text.utf8.count else { return false }
        var index = 0
        for byte in text.utf8 {
            if self[index] != byte { return false }
            index += 1
        }
        return true
    }

    /// Whether both are the same text but for the case of its letters.
    func equalsIgnoringCase(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where Octet.lowercased(self[index]) != Octet.lowercased(other[index]) { return false }
        return true
    }

    /// Without the blanks around it (RFC 9110, section 5.6.3).
    @_lifetime(copy self)
    func trimmingBlanks() -> Span<UInt8> {
        var start = 0
        var end = count
        while start < end, Octet.isBlank(self[start]) { start += 1 }
        while end > start, Octet.isBlank(self[end - 1]) { end -= 1 }
        return extracting(start..<end)
    }
}
