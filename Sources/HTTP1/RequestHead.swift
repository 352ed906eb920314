/// The head of a request, as positions in the bytes it was parsed from.
///
/// One is kept per worker and parsed into again and again, so that a request costs no allocation. It holds no bytes:
/// who reads it has them.
public struct RequestHead: Sendable {
    public enum Limits {
        /// Bytes of the whole head.
        public static let head = 32 * 1024
        /// Bytes of the request line's target.
        public static let target = 16 * 1024
        public static let fields = 100
        public static let method = 32
    }

    public private(set) var method = 0..<0
    public private(set) var target = 0..<0
    public private(set) var fields: [FieldLine] = []
    public private(set) var framing = BodyFraming.none
    public private(set) var options = ConnectionOptions()
    public private(set) var isHTTP10 = false
    public private(set) var isHead = false
    public private(set) var expectsContinue = false
    /// The value of `Host`; empty in an HTTP/1.0 request without it.
    public private(set) var host = 0..<0

    private let names = FieldNames()
    private static let headMethod = Array("HEAD".utf8)
    private static let connectMethod = Array("CONNECT".utf8)
    private static let optionsMethod = Array("OPTIONS".utf8)
    private static let continueValue = Array("100-continue".utf8)
    private static let chunkedValue = Array("chunked".utf8)

    public init() {
        fields.reserveCapacity(Limits.fields)
    }

    /// Whether the client wants to send another request on this connection.
    public var keepsAlive: Bool { isHTTP10 ? options.keepAlive && !options.close : !options.close }

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
            guard fields.count < Limits.fields else {
                throw HeadError(431, "The request has more than \(Limits.fields) headers.")
            }
            fields.append(field)
            index = field.line.upperBound
        }
        guard index + 2 <= Limits.head else { throw Self.headTooLarge }
        try interpret(bytes)
        return index + 2
    }

    private static let headTooLarge = HeadError(431, "The request's headers are larger than \(Limits.head) bytes.")

    private func incomplete(_ bytes: Span<UInt8>) throws(HeadError) -> Int? {
        guard bytes.count < Limits.head else { throw Self.headTooLarge }
        return nil
    }

    private mutating func reset() {
        fields.removeAll(keepingCapacity: true)
        framing = .none
        options.reset()
        expectsContinue = false
        host = 0..<0
    }

    /// `method SP target SP HTTP/1.x CRLF` (RFC 9112, section 3), each part exactly one.
    private mutating func parseRequestLine(_ bytes: Span<UInt8>) throws(HeadError) -> Int? {
        let count = bytes.count
        var index = 0
        while index < count, index <= Limits.method, Octet.token.contains(bytes[index]) { index += 1 }
        guard index < count else { return nil }
        guard index > 0, bytes[index] == Octet.space else { throw .malformed("The request line has no valid method.") }
        method = 0..<index
        let targetStart = index + 1
        index = targetStart
        while index < count, Octet.isTarget(bytes[index]) { index += 1 }
        guard index - targetStart <= Limits.target else {
            throw HeadError(414, "The request's target is longer than \(Limits.target) bytes.")
        }
        guard index < count else { return nil }
        guard index > targetStart, bytes[index] == Octet.space else {
            throw .malformed("The request line is not a method, a target and a version.")
        }
        target = targetStart..<index
        return try parseVersion(bytes, at: index + 1)
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

    /// Reads what the fields mean for the connection and the body.
    private mutating func interpret(_ bytes: Span<UInt8>) throws(HeadError) {
        var hostCount = 0
        var lengthCount = 0
        var codingCount = 0
        for index in fields.indices {
            let field = fields[index]
            switch field.name {
            case .host:
                hostCount += 1
                host = field.value
            case .contentLength:
                lengthCount += 1
                guard lengthCount == 1, let length = parseLength(bytes.extracting(field.value)) else {
                    throw .malformed("Content-Length must be given once, as a decimal number.")
                }
                framing = .length(length)
            case .transferEncoding:
                codingCount += 1
                guard codingCount == 1 else { throw .malformed("Transfer-Encoding is given twice.") }
                guard bytes.extracting(field.value).equalsIgnoringCase(Self.chunkedValue) else {
                    throw try Self.codingError(bytes.extracting(field.value))
                }
            case .connection: try options.add(bytes.extracting(field.value))
            case .expect:
                guard bytes.extracting(field.value).equalsIgnoringCase(Self.continueValue) else {
                    throw HeadError(417, "The only expectation this server meets is 100-continue.")
                }
                expectsContinue = !isHTTP10
            default: break
            }
        }
        if codingCount > 0 {
            guard lengthCount == 0 else { throw .malformed("Content-Length and Transfer-Encoding exclude each other.") }
            guard !isHTTP10 else { throw .malformed("HTTP/1.0 has no Transfer-Encoding.") }
            framing = .chunked
        }
        isHead = bytes.extracting(method).equals(Self.headMethod)
        guard hostCount == 1 || (hostCount == 0 && isHTTP10) else {
            throw .malformed("A request must have exactly one Host header.")
        }
        try checkAuthority(bytes)
    }

    private static func codingError(_ value: Span<UInt8>) throws(HeadError) -> HeadError {
        // A list with `chunked` in it is a framing trick; any other coding is just one we do not have.
        var index = 0
        while index + chunkedValue.count <= value.count {
            if value.extracting(index..<index + chunkedValue.count).equalsIgnoringCase(chunkedValue) {
                return .malformed("Transfer-Encoding must be chunked, once and alone.")
            }
            index += 1
        }
        return HeadError(501, "The only transfer coding this server knows is chunked.")
    }

    /// Checks Host and the form of the target (RFC 9112, section 3.2).
    private func checkAuthority(_ bytes: Span<UInt8>) throws(HeadError) {
        let hostBytes = bytes.extracting(host)
        for index in hostBytes.indices where !Self.authority.contains(hostBytes[index]) {
            throw .malformed("The Host header is not a host name.")
        }
        guard !hostBytes.isEmpty || isHTTP10 else { throw .malformed("The Host header is empty.") }
        let targetBytes = bytes.extracting(target)
        let methodBytes = bytes.extracting(method)
        // Whatever its target: a server that knows the method takes what follows for a tunnel's bytes, for good.
        if methodBytes.equals(Self.connectMethod) {
            throw HeadError(405, "This server is no forward proxy.")
        }
        if targetBytes[0] == UInt8(ascii: "/") { return }
        if targetBytes.count == 1, targetBytes[0] == UInt8(ascii: "*"), methodBytes.equals(Self.optionsMethod) {
            return
        }
        guard let named = Self.authority(ofAbsolute: targetBytes) else {
            throw .malformed("The request's target is neither a path nor an http address.")
        }
        guard Self.equalIgnoringCase(targetBytes.extracting(named), hostBytes) else {
            throw .malformed("The request's target names another host than the Host header.")
        }
    }

    /// Characters of `uri-host [":" port]` (RFC 3986, section 3.2.2); no user name, which only serves to deceive.
    private static let authority = Octet.Characters(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=%:[]"
    )

    /// The authority in `http://authority/…`.
    private static func authority(ofAbsolute target: Span<UInt8>) -> Range<Int>? {
        for scheme in [Array("http://".utf8), Array("https://".utf8)] {
            guard target.count > scheme.count,
                target.extracting(first: scheme.count).equalsIgnoringCase(scheme)
            else { continue }
            var end = scheme.count
            while end < target.count, !"/?#".utf8.contains(target[end]) { end += 1 }
            return scheme.count..<end
        }
        return nil
    }

    private static func equalIgnoringCase(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where Octet.lowercased(left[index]) != Octet.lowercased(right[index]) { return false }
        return true
    }
}
