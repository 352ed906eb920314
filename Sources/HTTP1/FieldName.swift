/// The field names that a gateway acts on; every other is ``other`` and passes as it came.
public enum FieldName: Sendable {
    case other
    case host
    case contentLength
    case transferEncoding
    case expect
    case connection
    case requestID
    case retryAfter
    /// Meant for one connection only (RFC 9110, section 7.6.1): never passed on.
    case hopByHop
    case forwardedFor
    case realIP
    /// Any other name of the forwarding family (`Forwarded`, `X-Forwarded-…`): never passed on.
    case forwarding
    /// A name above, or one of its family, spelled with `_` or `.`; some servers take it for the real one.
    case disguised
}

/// Recognises field names by their bytes.
///
/// One per worker; it is only read.
public struct FieldNames: Sendable {
    private struct Known: Sendable {
        let text: [UInt8]
        let name: FieldName
    }

    /// Indexed by the length of the name.
    private let byLength: [[Known]]
    private let forwardedPrefix = Array("x-forwarded-".utf8)

    public init() {
        let known: [(String, FieldName)] = [
            ("host", .host), ("content-length", .contentLength), ("transfer-encoding", .transferEncoding),
            ("expect", .expect), ("connection", .connection), ("x-request-id", .requestID),
            ("retry-after", .retryAfter), ("keep-alive", .hopByHop), ("proxy-connection", .hopByHop),
            ("proxy-authorization", .hopByHop), ("te", .hopByHop), ("trailer", .hopByHop), ("upgrade", .hopByHop),
            ("http2-settings", .hopByHop), ("x-forwarded-for", .forwardedFor), ("x-real-ip", .realIP),
            ("forwarded", .forwarding), ("x-client-ip", .forwarding), ("true-client-ip", .forwarding),
            ("x-original-forwarded-for", .forwarding), ("cf-connecting-ip", .forwarding),
        ]
        let longest = known.map { $0.0.utf8.count }.max() ?? 0
        var table: [[Known]] = Array(repeating: [], count: longest + 1)
        for (text, name) in known {
            table[text.utf8.count].append(Known(text: Array(text.utf8), name: name))
        }
        byLength = table
    }

    /// What this name is to a gateway.
    public func name(_ bytes: Span<UInt8>) -> FieldName {
        if bytes.count < byLength.count {
            for index in byLength[bytes.count].indices {
                switch Self.compare(bytes, byLength[bytes.count][index].text) {
                case .same: return byLength[bytes.count][index].name
                case .disguised: return .disguised
                case .different: continue
                }
            }
        }
        guard bytes.count > forwardedPrefix.count else { return .other }
        switch Self.compare(bytes.extracting(first: forwardedPrefix.count), forwardedPrefix) {
        case .same: return .forwarding
        case .disguised: return .disguised
        case .different: return .other
        }
    }

    private enum Comparison { case same, disguised, different }

    /// Compares without regard to case, and notices `_` or `.` where the name has `-`.
    private static func compare(_ bytes: Span<UInt8>, _ lowercase: [UInt8]) -> Comparison {
        var result = Comparison.same
        for index in 0..<lowercase.count {
            let byte = bytes[index]
            guard Octet.lowercased(byte) != lowercase[index] else { continue }
            guard lowercase[index] == UInt8(ascii: "-"), byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") else {
                return .different
            }
            result = .disguised
        }
        return result
    }
}
