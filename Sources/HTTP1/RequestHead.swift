/// The head of a request, as positions in the bytes it was parsed from.
///
/// One is kept per worker and parsed into again and again, so that a request costs no allocation. It holds no bytes:
/// who reads it has them.
public struct RequestHead: ~Copyable, Sendable {
    /// How large a head may be: read anew for each.
    public var limits: HeadLimits

    /// Where the method lies: behind the empty line that may come before it.
    public private(set) var method = 0..<0
    public private(set) var target = 0..<0
    public private(set) var fields: [FieldLine] = []
    public private(set) var framing = BodyFraming.none
    public private(set) var options = ConnectionOptions()
    public private(set) var isHTTP10 = false
    public private(set) var isHead = false
    public private(set) var expectsContinue = false
    /// Whether the request wants to become a WebSocket (RFC 6455, section 4.1), the only upgrade that is granted.
    public private(set) var asksForWebSocket = false
    /// Whether the client takes trailers behind the answer (RFC 9110, section 10.1.4).
    public private(set) var takesTrailers = false
    /// The value of `Host`; empty in an HTTP/1.0 request without it.
    public private(set) var host = 0..<0

    private let names: FieldNames

    /// - Parameters:
    ///   - limits: How large a head may be.
    ///   - names: Recognises the fields; shared by who has several heads, because it takes longer to make than a head
    ///     to parse.
    public init(limits: HeadLimits = HeadLimits(), names: FieldNames = FieldNames()) {
        self.limits = limits
        self.names = names
        fields.reserveCapacity(limits.fields)
    }

    /// Whether the client wants to send another request on this connection.
    public var keepsAlive: Bool { isHTTP10 ? options.keepAlive && !options.close : !options.close }

    /// Whether bytes that came behind an incomplete head can have completed it, or broken a rule for certain.
    ///
    /// Who sends a byte at a time must not have the whole head parsed for each: it is parsed again when a line ends.
    public static func isWorthParsing(_ news: Span<UInt8>) -> Bool {
        for index in news.indices where news[index] == Octet.lineFeed { return true }
        return false
    }

    /// Parses a head that begins at the first byte.
    ///
    /// - Parameter bytes: What came so far.
    /// - Returns: The head's length; nil when its end is not there yet.
    /// - Throws: The refusal, as soon as the bytes at hand decide it.
    public mutating func parse(_ bytes: Span<UInt8>) throws(HeadError) -> Int? {
        reset()
        guard var index = try parseRequestLine(bytes) else { return try incomplete(bytes) }
        while true {
            guard index < bytes.count else { return try incomplete(bytes) }
            if bytes[index] == Octet.carriageReturn {
                guard index + 1 < bytes.count else { return try incomplete(bytes) }
                guard bytes[index + 1] == Octet.lineFeed else { throw .malformed("A line does not end with CRLF.") }
                break
            }
            guard let field = try FieldLine.parse(bytes, at: index, names: names) else { return try incomplete(bytes) }
            guard fields.count < limits.fields else {
                throw HeadError(431, "The request has more than \(limits.fields) headers.", excess: .fields)
            }
            fields.append(field)
            index = field.line.upperBound
        }
        guard index + 2 <= limits.bytes else { throw headTooLarge }
        try interpret(bytes)
        return index + 2
    }

    private var headTooLarge: HeadError {
        HeadError(431, "The request's headers are larger than \(limits.bytes) bytes.", excess: .bytes)
    }

    private func incomplete(_ bytes: Span<UInt8>) throws(HeadError) -> Int? {
        guard bytes.count < limits.bytes else { throw headTooLarge }
        return nil
    }

    private mutating func reset() {
        fields.removeAll(keepingCapacity: true)
        framing = .none
        options.reset()
        isHead = false
        expectsContinue = false
        asksForWebSocket = false
        takesTrailers = false
        host = 0..<0
    }
}

// MARK: - The request line (RFC 9112, section 3)

extension RequestHead {
    /// `method SP target SP HTTP/1.x CRLF`, each part exactly one, behind at most one empty line.
    private mutating func parseRequestLine(_ bytes: Span<UInt8>) throws(HeadError) -> Int? {
        guard let start = try skipEmptyLine(bytes) else { return nil }
        let count = bytes.count
        var index = start
        while index < count, index - start < HeadLimits.method, Octet.isToken(bytes[index]) { index += 1 }
        guard index < count else { return nil }
        guard index > start, bytes[index] == Octet.space else {
            throw .malformed("The request line has no valid method.")
        }
        method = start..<index
        isHead = bytes.extracting(method).equals("HEAD")
        let targetStart = index + 1
        index = targetStart
        index = Octet.endOfTarget(bytes, from: index)
        guard index - targetStart <= limits.targetBytes else {
            throw HeadError(414, "The request's target is longer than \(limits.targetBytes) bytes.", excess: .target)
        }
        guard index < count else { return nil }
        guard index > targetStart, bytes[index] == Octet.space else {
            throw .malformed("The request line is not a method, a target and a version.")
        }
        target = targetStart..<index
        return try parseVersion(bytes, at: index + 1)
    }

    /// Passes over the CRLF that some clients send behind a body (RFC 9112, section 2.2).
    private func skipEmptyLine(_ bytes: Span<UInt8>) throws(HeadError) -> Int? {
        guard !bytes.isEmpty else { return nil }
        guard bytes[0] == Octet.carriageReturn else { return 0 }
        guard bytes.count > 1 else { return nil }
        guard bytes[1] == Octet.lineFeed else { throw .malformed("A line does not end with CRLF.") }
        return 2
    }

    private mutating func parseVersion(_ bytes: Span<UInt8>, at start: Int) throws(HeadError) -> Int? {
        let expected: [5 of UInt8] = [0x48, 0x54, 0x54, 0x50, 0x2f]  // HTTP/
        let length = 8
        for offset in 0..<min(length, bytes.count - start) {
            let byte = bytes[start + offset]
            let fits =
                switch offset {
                case 0..<5: byte == expected[offset]
                case 6: byte == UInt8(ascii: ".")
                default: Octet.isDigit(byte)
                }
            guard fits else { throw .malformed("The request line does not end with an HTTP version.") }
        }
        guard start + length + 1 < bytes.count else { return nil }
        let end = start + length
        guard bytes[end] == Octet.carriageReturn, bytes[end + 1] == Octet.lineFeed else {
            throw .malformed("The request line does not end with CRLF after its version.")
        }
        switch (bytes[start + 5], bytes[start + 7]) {
        case (UInt8(ascii: "1"), UInt8(ascii: "1")): isHTTP10 = false
        case (UInt8(ascii: "1"), UInt8(ascii: "0")): isHTTP10 = true
        default: throw HeadError(505, "This server speaks HTTP/1.1 and HTTP/1.0.")
        }
        return end + 2
    }
}

// MARK: - What the fields mean for the connection and the body

extension RequestHead {
    /// What must be counted over all fields before it can be judged.
    private struct Findings {
        var hosts = 0
        var lengths = 0
        var codings = 0
        var upgrades = 0
        var namesWebSocket = false
    }

    private mutating func interpret(_ bytes: Span<UInt8>) throws(HeadError) {
        var found = Findings()
        for index in fields.indices where fields[index].name != .other {
            try interpret(fields[index], bytes, &found)
        }
        if found.codings > 0 {
            guard found.lengths == 0 else {
                throw .malformed("Content-Length and Transfer-Encoding exclude each other.")
            }
            guard !isHTTP10 else { throw .malformed("HTTP/1.0 has no Transfer-Encoding.") }
            framing = .chunked
        }
        guard found.hosts == 1 || (found.hosts == 0 && isHTTP10) else {
            throw .malformed("A request must have exactly one Host header.")
        }
        try checkAuthority(bytes)
        asksForWebSocket =
            found.namesWebSocket && found.upgrades == 1 && options.upgrade && !isHTTP10 && framing == .none
            && bytes.extracting(method).equals("GET")
    }

    private mutating func interpret(
        _ field: FieldLine, _ bytes: Span<UInt8>, _ found: inout Findings
    ) throws(HeadError) {
        let value = bytes.extracting(field.value)
        switch field.name {
        case .host:
            found.hosts += 1
            host = field.value
        case .contentLength:
            found.lengths += 1
            guard found.lengths == 1, let length = parseLength(value) else {
                throw .malformed("Content-Length must be given once, as a decimal number.")
            }
            framing = .length(length)
        case .transferEncoding:
            found.codings += 1
            guard found.codings == 1 else { throw .malformed("Transfer-Encoding is given twice.") }
            guard value.equalsIgnoringCase("chunked") else { throw TransferCoding.refusal(value) }
        case .connection: try options.add(value)
        case .expect:
            guard value.equalsIgnoringCase("100-continue") else {
                throw HeadError(417, "The only expectation this server meets is 100-continue.")
            }
            expectsContinue = !isHTTP10
        case .upgrade:
            found.upgrades += 1
            found.namesWebSocket = value.equalsIgnoringCase("websocket")
        case .te: takesTrailers = takesTrailers || TransferCoding.namesTrailers(value)
        default: break
        }
    }

    /// Checks Host and the form of the target (RFC 9112, section 3.2).
    private func checkAuthority(_ bytes: Span<UInt8>) throws(HeadError) {
        let hostBytes = bytes.extracting(host)
        guard Authority.isValid(hostBytes) || (hostBytes.isEmpty && isHTTP10) else {
            throw .malformed("The Host header is not a host name.")
        }
        let targetBytes = bytes.extracting(target)
        let methodBytes = bytes.extracting(method)
        // Whatever its target: a server that knows the method takes what follows for a tunnel's bytes, for good.
        if methodBytes.equals("CONNECT") {
            throw HeadError(405, "This server is no forward proxy.")
        }
        if targetBytes[0] == UInt8(ascii: "/") { return }
        if targetBytes.equals("*"), methodBytes.equals("OPTIONS") { return }
        guard let named = Authority.range(ofAbsolute: targetBytes) else {
            throw .malformed("The request's target is neither a path nor an http address.")
        }
        guard targetBytes.extracting(named).equalsIgnoringCase(hostBytes) else {
            throw .malformed("The request's target names another host than the Host header.")
        }
    }
}
