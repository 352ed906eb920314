/// A host name as certificates and clients spell it, made comparable.
///
/// Pure text: what it resolves to is nobody's concern here.
enum ServerName {
    /// The longest name that DNS allows (RFC 1035, section 2.3.4).
    static let bytesMax = 253

    /// The name in lower case and without the root's dot; nil when it is no host name (RFC 6066, section 3).
    ///
    /// - Parameters:
    ///   - bytes: As it was written, without a port.
    ///   - mayBePattern: Whether the first label may be `*`, as in a certificate.
    /// - Returns: The name as it is compared.
    static func normal(_ bytes: some BidirectionalCollection<UInt8>, mayBePattern: Bool = false) -> String? {
        var bytes = bytes[...]
        if bytes.last == UInt8(ascii: ".") { bytes = bytes.dropLast() }
        guard (1...bytesMax).contains(bytes.count) else { return nil }
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        for (index, label) in labels.enumerated() {
            let isStar = mayBePattern && index == 0 && labels.count > 2 && label.elementsEqual([UInt8(ascii: "*")])
            guard isStar || isLabel(label) else { return nil }
        }
        return String(decoding: bytes.map(lowercase), as: UTF8.self)
    }

    /// The pattern that covers a name by its first label: `*.example.com` for `a.example.com` (RFC 6125, section 6.4.3).
    static func pattern(for name: String) -> String? {
        guard let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")), !name.hasPrefix("*") else { return nil }
        return "*" + name[dot...]
    }

    private static func isLabel(_ label: some Collection<UInt8>) -> Bool {
        (1...63).contains(label.count)
            && label.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
