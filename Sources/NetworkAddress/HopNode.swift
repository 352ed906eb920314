/// A hop's address as forwarding headers write it, perhaps with a port.
enum HopNode {
    enum Style {
        /// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
        case loose
        /// RFC 7239, section 6: IPv6 in brackets only, and a port may be obfuscated.
        case forwarded
    }

    /// Reads one.
    ///
    /// - Returns: The address; nil for `unknown`, `_hidden` and all else that names none.
    static func address(_ text: Span<UInt8>, _ style: Style) -> IPAddress? {
        guard !text.isEmpty else { return nil }
        if text[0] == UInt8(ascii: "[") { return bracketed(text, style) }
        guard let colon = firstIndex(of: UInt8(ascii: ":"), in: text) else { return IPAddress(text: text) }
        let rest = text.extracting((colon + 1)...)
        if firstIndex(of: UInt8(ascii: ":"), in: rest) != nil { return style == .loose ? IPAddress(text: text) : nil }
        return isPort(rest, style) ? IPAddress(text: text.extracting(..<colon)) : nil
    }

    private static func bracketed(_ text: Span<UInt8>, _ style: Style) -> IPAddress? {
        guard let end = firstIndex(of: UInt8(ascii: "]"), in: text) else { return nil }
        let rest = text.extracting((end + 1)...)
        if !rest.isEmpty {
            guard rest[0] == UInt8(ascii: ":"), isPort(rest.extracting(1...), style) else { return nil }
        }
        let inner = text.extracting(1..<end)
        return firstIndex(of: UInt8(ascii: ":"), in: inner) == nil ? nil : IPAddress(text: inner)
    }

    private static func isPort(_ text: Span<UInt8>, _ style: Style) -> Bool {
        guard !text.isEmpty else { return false }
        if style == .forwarded, text[0] == UInt8(ascii: "_") { return isObfuscated(text.extracting(1...)) }
        guard text.count <= 5 else { return false }
        var number = 0
        for index in text.indices {
            guard let digit = text[index].hexDigit, digit < 10 else { return false }
            number = number * 10 + Int(digit)
        }
        return number <= 65535
    }

    /// Letters, digits, `.`, `_` and `-` (RFC 7239, section 6.3).
    private static func isObfuscated(_ text: Span<UInt8>) -> Bool {
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"): continue
            case UInt8(ascii: "a")...UInt8(ascii: "z"): continue
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): continue
            default: return false
            }
        }
        return !text.isEmpty
    }

    private static func firstIndex(of byte: UInt8, in text: Span<UInt8>) -> Int? {
        for index in text.indices where text[index] == byte { return index }
        return nil
    }
}
