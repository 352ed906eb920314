internal import CTLS

/// What is spoken inside of TLS (ALPN, RFC 7301).
public enum ApplicationProtocol: Sendable {
    case http1, http2

    var token: StaticString {
        switch self {
        case .http1: "http/1.1"
        case .http2: "h2"
        }
    }
}

/// Picks the first of our protocols that is in the client's list: `protocols` holds length-prefixed names.
///
/// A client that offers only others is told so (no_application_protocol, RFC 7301, section 3.2); one that offers none
/// does not come here, and speaks HTTP/1.1.
func selectProtocol(
    _ session: OpaquePointer?,
    _ selected: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ selectedLength: UnsafeMutablePointer<UInt8>?,
    _ protocols: UnsafePointer<UInt8>?,
    _ length: UInt32,
    _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    guard let session = unsafe session, let owner = unsafe TLSContext.owner(of: session) else {
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }
    // The library checked the list's lengths and keeps it for the call; `selected` may point into it.
    let list = unsafe UnsafeBufferPointer(start: protocols, count: Int(length))
    for wanted in owner.protocols {
        // A static string's bytes live as long as the program.
        let token = unsafe UnsafeBufferPointer(start: wanted.token.utf8Start, count: wanted.token.utf8CodeUnitCount)
        var index = 0
        while index < list.count {
            let nameLength = unsafe Int(list[index])
            let name = list.extracting(index + 1..<index + 1 + nameLength)
            if unsafe name.elementsEqual(token) {
                unsafe selected?.pointee = name.baseAddress
                unsafe selectedLength?.pointee = UInt8(nameLength)
                return SSL_TLSEXT_ERR_OK
            }
            index += 1 + nameLength
        }
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL
}
