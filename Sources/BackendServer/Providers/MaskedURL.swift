/// Addresses as they are shown: a login in them is nobody's business.
enum MaskedURL {
    /// The address with `***` for user and password; other texts as they are.
    static func mask(_ text: String) -> String {
        guard let mark = text.firstRange(of: "://") else { return text }
        let rest = text[mark.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let at = authority.lastIndex(of: "@") else { return text }
        return text[..<mark.upperBound] + "***" + text[at...]
    }
}
