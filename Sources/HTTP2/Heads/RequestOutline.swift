/// What a request's section says of the request, checked (RFC 9113, sections 8.1.1 to 8.3.1).
struct RequestOutline {
    private(set) var method = 0..<0
    private(set) var path = 0..<0
    /// From `:authority`, or from `Host` where that is missing.
    private(set) var authority = 0..<0
    private(set) var contentLength: Int?
    private(set) var isConnect = false
    private(set) var isTunnel = false
    /// Whether what the tunnel is to carry is WebSocket.
    private(set) var isWebSocket = false
    private(set) var cookieCount = 0
    private(set) var namesWebSocketVersion = false
    /// Where the fields begin behind the pseudo-headers.
    private(set) var firstField = 0

    private var scheme = 0..<0
    private var tunnelProtocol = 0..<0
    private var host = 0..<0
    private var hasFields = false

    /// - Returns: Nil if the request is malformed.
    init?(_ section: borrowing HPACK.FieldSection) {
        let bytes = section.bytes.span
        for line in section.lines {
            guard line.hasSoundValue, take(line, bytes) else { return nil }
        }
        guard !method.isEmpty, isToken(bytes.extracting(method)), settleAuthority(bytes) else { return nil }
        isConnect = bytes.extracting(method).equals("CONNECT")
        isTunnel = !tunnelProtocol.isEmpty
        if isConnect && !isTunnel {
            // It has neither (RFC 9113, section 8.5).
            guard path.isEmpty, scheme.isEmpty else { return nil }
        } else {
            guard isHTTP(bytes.extracting(scheme)), isPath(bytes) else { return nil }
        }
        guard isTunnel else { return }
        // RFC 8441, section 4; a tunnel has no content.
        guard isConnect, contentLength == nil else { return nil }
        isWebSocket = bytes.extracting(tunnelProtocol).equals("websocket")
    }

    /// - Returns: False if the line makes the request malformed.
    private mutating func take(_ line: FieldLine, _ bytes: Span<UInt8>) -> Bool {
        if line.kind.isPseudo { return takePseudo(line) }
        hasFields = true
        switch line.kind {
        case .host:
            guard host.isEmpty, line.valueCount > 0 else { return false }
            host = line.value
        case .contentLength:
            guard contentLength == nil, let length = decimal(bytes.extracting(line.value)) else { return false }
            contentLength = length
        case .te:
            guard bytes.extracting(line.value).equals("trailers") else { return false }
        case .cookie: cookieCount += 1
        case .webSocketVersion: namesWebSocketVersion = true
        case .ordinary, .webSocketKey: break
        default: return false
        }
        return true
    }

    /// Each pseudo-header comes once, not empty, and before all fields.
    private mutating func takePseudo(_ line: FieldLine) -> Bool {
        guard !hasFields, line.valueCount > 0 else { return false }
        firstField += 1
        switch line.kind {
        case .method: return Self.set(&method, line.value)
        case .scheme: return Self.set(&scheme, line.value)
        case .path: return Self.set(&path, line.value)
        case .authority: return Self.set(&authority, line.value)
        default: return Self.set(&tunnelProtocol, line.value)
        }
    }

    private static func set(_ place: inout Range<Int>, _ value: Range<Int>) -> Bool {
        guard place.isEmpty else { return false }
        place = value
        return true
    }

    /// There must be an authority, and `Host` must not name another (RFC 9113, section 8.3.1).
    private mutating func settleAuthority(_ bytes: Span<UInt8>) -> Bool {
        if authority.isEmpty { authority = host }
        guard !authority.isEmpty else { return false }
        let named = bytes.extracting(authority)
        for index in named.indices where !Octet.isAuthority(named[index]) { return false }
        return host.isEmpty || host == authority || named.equalsIgnoringCase(bytes.extracting(host))
    }

    private func isToken(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where !Octet.isToken(bytes[index]) { return false }
        return true
    }

    private func isHTTP(_ scheme: Span<UInt8>) -> Bool {
        guard scheme.count == 5 || scheme.count == 4 else { return false }
        // Byte by byte: this is asked for every request.
        let isHTTP =
            scheme[0] == UInt8(ascii: "h") && scheme[1] == UInt8(ascii: "t") && scheme[2] == UInt8(ascii: "t")
            && scheme[3] == UInt8(ascii: "p")
        return isHTTP && (scheme.count == 4 || scheme[4] == UInt8(ascii: "s"))
    }

    private func isPath(_ bytes: Span<UInt8>) -> Bool {
        guard !path.isEmpty else { return false }
        let path = bytes.extracting(path)
        for index in path.indices where !Octet.isTarget(path[index]) { return false }
        if path[0] == UInt8(ascii: "/") { return true }
        return path.equals("*") && bytes.extracting(method).equals("OPTIONS")
    }

    private func decimal(_ digits: Span<UInt8>) -> Int? {
        guard (1...18).contains(digits.count) else { return nil }
        var value = 0
        for index in digits.indices {
            guard Octet.isDigit(digits[index]) else { return nil }
            value = value * 10 + Int(digits[index] - 0x30)
        }
        return value
    }
}
