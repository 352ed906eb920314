import Settings

/// Reading of addresses that people type in.
enum WebAddress {
    static let bytesMax = 2048

    /// Whether the text is an http or https address with a plain host and no name, password or fragment in it.
    static func isValid(_ text: String) -> Bool {
        text.utf8.count <= bytesMax && origin(of: text) != nil
            && text.utf8.allSatisfy {
                (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\\")
            }
    }

    /// Scheme, host and port of an address; nil when there are none to be found.
    static func origin(of text: String) -> PublicURL? {
        guard let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else { return nil }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return PublicURL(scheme + authority)
    }
}
