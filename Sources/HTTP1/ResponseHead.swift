/// The head of an upstream's response, as positions in the bytes it was parsed from.
///
/// Kept and reused like ``RequestHead``.
public struct ResponseHead: ~Copyable, Sendable {
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
    /// Whether the backend asked that nothing of this answer be held back (`X-Accel-Buffering: no`).
    public private(set) var forbidsBuffering = false
    private var lengthFraming: BodyFraming?
    private var namesWebSocket = false

    private let names: FieldNames

    /// - Parameter names: Recognises the fields.
    public init(names: FieldNames = FieldNames()) {
        self.names = names
        fields.reserveCapacity(Limits.fields)
    }

    /// Whether this only announces the response to come (RFC 9110, section 15.2).
    public var isInterim: Bool { (100..<200).contains(status) && status != 101 }

    /// Whether the connection is a WebSocket's from here on, if one was asked for (RFC 6455, section 4.2.2).
    public var grantsWebSocket: Bool { status == 101 && !isHTTP10 && options.upgrade && namesWebSocket }

    /// Whether the upstream takes another request on this connection, its body permitting.
    public var keepsAlive: Bool { isHTTP10 ? options.keepAlive && !options.close : !options.close }

    /// Whether this answer must not say how its body is framed, since it never has one (RFC 9112, section 6.1).
    ///
    /// A client that believed the words would take the next answer for this one's body.
    public var forbidsFraming: Bool { status < 200 || status == 204 }

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
        reset()
        guard var index = try parseStatusLine(bytes) else { return try incomplete(bytes) }
        while true {
            guard index + 1 < bytes.count else { return try incomplete(bytes) }
            if bytes[index] == Octet.carriageReturn, bytes[index + 1] == Octet.lineFeed { break }
            guard let field = try FieldLine.parse(bytes, at: index, names: names) else { return try incomplete(bytes) }
            guard fields.count < Limits.fields else {
                throw HeadError(502, "The backend's answer has too many headers.")
            }
            fields.append(field)
            if field.name != .other { try interpret(field, bytes) }
            index = field.line.upperBound
        }
        guard index + 2 <= Limits.head else { throw Self.headTooLarge }
        return index + 2
    }

    private static let headTooLarge = HeadError(502, "The backend's headers are too large.")

    private func incomplete(_ bytes: Span<UInt8>) throws(HeadError) -> Int? {
        guard bytes.count < Limits.head else { throw Self.headTooLarge }
        return nil
    }

    private mutating func reset() {
        fields.removeAll(keepingCapacity: true)
        options.reset()
        lengthFraming = nil
        namesWebSocket = false
        forbidsBuffering = false
    }

    private static let notHTTP = HeadError(502, "The backend did not answer in HTTP.")

    /// `HTTP/1.x SP status [SP reason] CRLF` (RFC 9112, section 4); many leave out the blank before no reason.
    private mutating func parseStatusLine(_ bytes: Span<UInt8>) throws(HeadError) -> Int? {
        let prefix: [7 of UInt8] = [0x48, 0x54, 0x54, 0x50, 0x2f, 0x31, 0x2e]  // HTTP/1.
        for offset in 0..<min(prefix.count, bytes.count) where bytes[offset] != prefix[offset] { throw Self.notHTTP }
        guard bytes.count >= 13 else { return nil }
        guard Octet.isDigit(bytes[7]), bytes[8] == Octet.space else { throw Self.notHTTP }
        isHTTP10 = bytes[7] == UInt8(ascii: "0")
        guard let code = parseLength(bytes.extracting(9..<12)), code >= 100 else { throw Self.notHTTP }
        guard bytes[12] == Octet.space || bytes[12] == Octet.carriageReturn else { throw Self.notHTTP }
        status = code
        let index = Octet.endOfContent(bytes, from: 12)
        guard index + 1 < bytes.count else { return nil }
        guard bytes[index] == Octet.carriageReturn, bytes[index + 1] == Octet.lineFeed else { throw Self.notHTTP }
        statusLine = 0..<index + 2
        return index + 2
    }

    private static let doubtfulLength = HeadError(502, "The backend's answer has a doubtful length.")

    private mutating func interpret(_ field: FieldLine, _ bytes: Span<UInt8>) throws(HeadError) {
        let value = bytes.extracting(field.value)
        switch field.name {
        case .contentLength:
            guard lengthFraming == nil, let length = parseLength(value) else { throw Self.doubtfulLength }
            lengthFraming = .length(length)
        case .transferEncoding:
            // A backend with HTTP/1.0 knows no codings: it repeats what somebody else wrote (RFC 9112, section 6.1).
            guard lengthFraming == nil, !isHTTP10, value.equalsIgnoringCase("chunked") else {
                throw Self.doubtfulLength
            }
            lengthFraming = .chunked
        case .connection: try options.add(value)
        case .upgrade: namesWebSocket = value.equalsIgnoringCase("websocket")
        case .accelBuffering: forbidsBuffering = value.equalsIgnoringCase("no")
        default: break
        }
    }
}
