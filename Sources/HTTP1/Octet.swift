/// The bytes that HTTP's grammar names (RFC 9110, section 5.6).
enum Octet {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let colon = UInt8(ascii: ":")
    static let comma = UInt8(ascii: ",")

    /// A set of ASCII characters, as bits.
    struct Characters {
        private let low: UInt64
        private let high: UInt64

        init(_ text: String) {
            var low: UInt64 = 0
            var high: UInt64 = 0
            for byte in text.utf8 {
                if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
            }
            self.low = low
            self.high = high
        }

        init(low: UInt64, high: UInt64) {
            self.low = low
            self.high = high
        }

        func contains(_ byte: UInt8) -> Bool {
            switch byte {
            case 0..<64: low >> UInt64(byte) & 1 == 1
            case 64..<128: high >> UInt64(byte - 64) & 1 == 1
            default: false
            }
        }
    }

    /// `tchar`: what a method or a field's name is made of.
    ///
    /// Written as bits, so that the hot path loads no lazily made global; a test compares it with the grammar's text.
    static var token: Characters { Characters(low: 0x03ff_6cfa_0000_0000, high: 0x57ff_ffff_c7ff_fffe) }

    /// Bytes of a field's value: visible, blank, or beyond ASCII; no control characters.
    static func isFieldContent(_ byte: UInt8) -> Bool {
        byte >= 0x20 ? byte != 0x7f : byte == tab
    }

    /// Bytes of a request target: visible ASCII.
    ///
    /// Everything else must come percent-encoded.
    static func isTarget(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7f
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
    func equalsIgnoringCase(_ lowercase: [UInt8]) -> Bool {
        guard count == lowercase.count else { return false }
        for index in 0..<count where Octet.lowercased(self[index]) != lowercase[index] { return false }
        return true
    }

    func equals(_ text: [UInt8]) -> Bool {
        guard count == text.count else { return false }
        for index in 0..<count where self[index] != text[index] { return false }
        return true
    }
}
