/// What of a message's trailers may be passed on.
///
/// Whoever merges trailers into the head would act on what was never checked there, so all that frames, routes,
/// authenticates or describes the message is dropped (RFC 9110, section 6.5.1), and so is all that a head would lose.
public enum TrailerFields {
    private static let refused = [
        "accept-ranges", "age", "authentication-info", "authorization", "cache-control", "content-encoding",
        "content-location", "content-range", "content-type", "cookie", "date", "expires", "location", "max-forwards",
        "origin", "pragma", "range", "set-cookie", "vary", "warning", "www-authenticate",
    ]

    /// Copies the lines that may pass.
    ///
    /// - Parameters:
    ///   - lines: As ``BodyReader/trailers`` has them.
    ///   - names: Recognises them.
    /// - Returns: The lines, each with its CRLF; empty when none may pass, or when they are no field lines.
    public static func passable(_ lines: Span<UInt8>, names: FieldNames) -> [UInt8] {
        var passable: [UInt8] = []
        var index = 0
        while index < lines.count {
            guard let field = try? FieldLine.parse(lines, at: index, names: names) else { return [] }
            index = field.line.upperBound
            guard field.name == .other, !isRefused(lines.extracting(field.nameBytes)) else { continue }
            for position in field.line { passable.append(lines[position]) }
        }
        return passable
    }

    private static func isRefused(_ name: Span<UInt8>) -> Bool {
        if name.hasPrefix("if-") || name.hasPrefix("sec-") || name.hasPrefix("access-control-") { return true }
        return refused.contains { name.equalsIgnoringCase($0) }
    }
}
