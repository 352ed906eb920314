/// What a field's name is to HTTP/2 (RFC 9113, sections 8.2 and 8.3).
///
/// It is worked out once, when a name is decoded, and kept in the dynamic table with the field.
enum FieldKind: UInt8, Sendable {
    case ordinary
    case method
    case scheme
    case path
    case authority
    /// `:protocol` (RFC 8441, section 4).
    case tunnelProtocol
    case host
    case contentLength
    case cookie
    case te
    case webSocketKey
    case webSocketVersion
    /// Makes a message malformed: a response's or an unknown pseudo-header, a field that speaks of an HTTP/1
    /// connection, a name that is none or has upper-case letters.
    case forbidden

    var isPseudo: Bool {
        switch self {
        case .method, .scheme, .path, .authority, .tunnelProtocol: true
        default: false
        }
    }

    /// The kind of a name.
    static func of(_ name: Span<UInt8>) -> FieldKind {
        guard !name.isEmpty else { return .forbidden }
        if name[0] == UInt8(ascii: ":") { return pseudo(name) }
        var isName = true
        for index in name.indices { isName = isName && Octet.isLowercaseToken(name[index]) }
        guard isName else { return .forbidden }
        switch name.count {
        case 2: return name.equals("te") ? .te : .ordinary
        case 4: return name.equals("host") ? .host : .ordinary
        case 6: return name.equals("cookie") ? .cookie : .ordinary
        case 7: return name.equals("upgrade") ? .forbidden : .ordinary
        case 10: return name.equals("connection") || name.equals("keep-alive") ? .forbidden : .ordinary
        case 14: return name.equals("content-length") ? .contentLength : .ordinary
        case 16: return name.equals("proxy-connection") ? .forbidden : .ordinary
        case 17:
            if name.equals("transfer-encoding") { return .forbidden }
            return name.equals("sec-websocket-key") ? .webSocketKey : .ordinary
        case 21: return name.equals("sec-websocket-version") ? .webSocketVersion : .ordinary
        default: return .ordinary
        }
    }

    private static func pseudo(_ name: Span<UInt8>) -> FieldKind {
        switch name.count {
        case 5: name.equals(":path") ? .path : .forbidden
        case 7: name.equals(":method") ? .method : name.equals(":scheme") ? .scheme : .forbidden
        case 9: name.equals(":protocol") ? .tunnelProtocol : .forbidden
        case 10: name.equals(":authority") ? .authority : .forbidden
        default: .forbidden
        }
    }
}
