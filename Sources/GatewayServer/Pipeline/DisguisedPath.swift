/// A path that some servers read as one with a rule of its own, and we do not.
///
/// Our backend splits at a slash alone. A server that this gateway is put before may undo `%2F` first, or take a
/// backslash for a slash: what is allowed, closed or small for us must be so for it.
enum DisguisedPath {
    private static let guarded = ["/api/webhooks", "/api/cloud/webhook", "/api/cloud/storage"].map { Array($0.utf8) }

    /// Whether a path is below a guarded one for the most tolerant of servers, and not for us.
    ///
    /// - Parameter path: In its normal form.
    /// - Returns: Whether it is; never for the way that a guarded path is meant to be spelled.
    static func hides(_ path: Span<UInt8>) -> Bool {
        let tolerant = tolerantForm(path)
        for prefix in guarded where isBelow(tolerant.span, prefix) && !isBelow(path, prefix) { return true }
        return false
    }

    private static func isBelow(_ path: Span<UInt8>, _ prefix: [UInt8]) -> Bool {
        path.starts(with: prefix) && (path.count == prefix.count || path[prefix.count] == UInt8(ascii: "/"))
    }

    /// With small letters, and with every separator that anybody knows as one slash; parameters of segments are left out.
    private static func tolerantForm(_ path: Span<UInt8>) -> [UInt8] {
        var form: [UInt8] = []
        var index = 0
        var isParameter = false
        while index < path.count {
            let length = separatorLength(path, index)
            if length > 0 {
                isParameter = false
                if form.last != UInt8(ascii: "/") { form.append(UInt8(ascii: "/")) }
                index += length
                continue
            }
            if path[index] == UInt8(ascii: ";") { isParameter = true }
            if !isParameter {
                let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(path[index])
                form.append(isCapital ? path[index] | 0x20 : path[index])
            }
            index += 1
        }
        return form
    }

    private static func separatorLength(_ path: Span<UInt8>, _ index: Int) -> Int {
        switch path[index] {
        case UInt8(ascii: "/"), UInt8(ascii: "\\"): return 1
        // The normal form has capital digits.
        case UInt8(ascii: "%"):
            let rest = path.extracting(index...)
            return rest.starts(with: slash) || rest.starts(with: backslash) ? 3 : 0
        default: return 0
        }
    }

    private static let slash = Array("%2F".utf8)
    private static let backslash = Array("%5C".utf8)
}
