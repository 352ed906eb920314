/// The head of an upstream's response, as positions in the bytes it was parsed from.
///
/// Kept and reused like ``RequestHead``.
public struct ResponseHead: Sendable {
    public enum Limits {
        /// Bytes of the whole head.
        public static let head = 32 * 1024
        public static let fields = 200
    }

    public private(set) var status = 0
    /// The status line with its CRLF.
    public private(set) var statusLine = 0..<0
    public private(set) var fields: [FieldLine] = []
    public private(set) var options = ConnectionOptions()
    public private(set) var isHTTP10 = false
    private var lengthFraming: BodyFraming?

    private let names = FieldNames()
    private static let chunkedValue = Array("chunked".utf8)

    public init() {
        fields.reserveCapacity(Limits.fields)
    }

    /// Whether this only announces the response to come (RFC 9110, section 15.2).
    public var isInterim: Bool { (100..<200).contains(status) && status != 101 }

    /// Whether the upstream takes another request on this connection, its body permitting.
    public var keepsAlive: Bool { isHTTP10 ? options.keepAlive && !options.close : !options.close }

    /// How the body ends (RFC 9112, section 6.3).
    ///
    /// - Parameter isHead: Whether this answers a HEAD request.
    /// - Returns: The framing to read the body by.
    public func framing(isHead: Bool) -> BodyFraming {
        if isHead || status < 200 || status == 204 || status == 304 { return .none }
        return lengthFraming ?? .untilClose
    }

    /// Parses a head that begins at the first byte.
    ///
    /// - Parameter bytes: What came so far.
    /// - Returns: The head's length; nil when its end is not there yet.
    /// - Throws: Why the upstream cannot be believed.
    public mutating func parse(_ bytes: Span<UInt8>) throws(HeadError) -> Int? {
        fields.removeAll(keepingCapacity: true)
        options.reset()
        lengthFraming = nil
        guard var index = try parseStatusLine(bytes) else { return try incomplete(bytes) }
        while true {
            guard index + 1 < bytes.count else { return try incomplete(bytes) }
            if bytes[index] == Octet.carriageReturn, bytes[index + 1] == Octet.lineFeed { break }
            guard let field = try FieldLine.parse(bytes, at: index, names: names) else { return try incomplete(bytes) }
            guard fields.count < Limits.fields else {
                throw HeadError(502, "The backend's answer has too many headers.")
            }
            fields.append(field)
            try interpret(field, bytes)
            index = field.line.upperBound
        }
        return index + 2
    }

    private func incomplete(_ bytes: Span<UInt8>) throws(HeadError) -> Int? {
        guard bytes.count < Limits.head else { throw HeadError(502, "The backend's headers are too large.") }
        return nil
    }

    /// `HTTP/1.x SP status SP reason CRLF` (RFC 9112, section 4).
    private mutating func parseStatusLine(_ bytes: Span<UInt8>) throws(HeadError) -> Int? {
        guard bytes.count >= 15 else { return nil }
        let prefix: [7 of UInt8] = [0x48, 0x54, 0x54, 0x50, 0x2f, 0x31, 0x2e]  // HTTP/1.
        for offset in prefix.indices where bytes[offset] != prefix[offset] { throw Self.notHTTP }
        isHTTP10 = bytes[7] == UInt8(ascii: "0")
        guard bytes[8] == Octet.space, let code = parseLength(bytes.extracting(9..<12)), code >= 100 else {
            throw Self.notHTTP
        }
        status = code
        var index = 12
        while index < bytes.count, Octet.isFieldContent(bytes[index]) { index += 1 }
        guard index + 1 < bytes.count else { return nil }
        guard bytes[index] == Octet.carriageReturn, bytes[index + 1] == Octet.lineFeed else { throw Self.notHTTP }
        statusLine = 0..<index + 2
        return index + 2
    }

    private static let notHTTP = HeadError(502, "The backend did not answer in HTTP.")

    private mutating func interpret(_ field: FieldLine, _ bytes: Span<UInt8>) throws(HeadError) {
        switch field.name {
        case .contentLength:
            guard lengthFraming == nil, let length = parseLength(bytes.extracting(field.value)) else {
                throw HeadError(502, "The backend's answer has a doubtful length.")
            }
            lengthFraming = .length(length)
        case .transferEncoding:
            guard lengthFraming == nil, bytes.extracting(field.value).equalsIgnoringCase(Self.chunkedValue) else {
                throw HeadError(502, "The backend's answer has a doubtful length.")
            }
            lengthFraming = .chunked
        case .connection: try options.add(bytes.extracting(field.value))
        default: break
        }
    }
}
