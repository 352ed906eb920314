import NetworkAddress
import Reactor
import Telemetry

/// One line of JSON for each request, in a file.
///
/// Lines gather in a buffer of the worker's own and are written many at a time: one write for each request would cost
/// as much as the request's own. What the query says is left out, since signatures and tokens are passed there.
final class AccessLog {
    private static let capacity = 64 * 1024
    /// The longest line: as much of a path as is logged, of escaped bytes only, and what stands around it.
    private static let lineBytesMax = 36 * 1024

    private let file: AppendedFile
    private let buffer = Buffer(capacity: AccessLog.capacity)
    private var second: Int64 = -1
    private var secondText: [UInt8] = []

    init(path: String) throws(SystemError) {
        file = try AppendedFile(path: path)
    }

    var isEmpty: Bool { buffer.isEmpty }

    /// What is told of one request.
    struct Entry {
        /// As the backend was told it: characters that need no escape.
        let id: [UInt8]
        let client: IPAddress
        /// Method and path as ``RequestLine`` keeps them.
        let line: [UInt8]
        let isHTTP2: Bool
        let status: Int
        let sentBytes: Int
        let microseconds: Int64
    }

    /// Adds a line.
    ///
    /// - Parameters:
    ///   - entry: What to tell.
    ///   - milliseconds: The time of day.
    /// - Returns: Whether what was gathered so far could be written, if it had to be.
    func add(_ entry: Entry, milliseconds: Int64) -> Bool {
        let isWritten = buffer.room >= Self.lineBytesMax || write()
        buffer.append("{\"timestamp\":\"" as StaticString)
        appendTime(milliseconds)
        buffer.append("\",\"request_id\":\"" as StaticString)
        buffer.append(entry.id.span)
        buffer.append("\",\"client\":\"" as StaticString)
        buffer.append(text: "\(entry.client)")
        buffer.append("\"," as StaticString)
        buffer.append(entry.line.span)
        buffer.append(entry.isHTTP2 ? ",\"protocol\":\"HTTP/2\"" as StaticString : ",\"protocol\":\"HTTP/1\"")
        buffer.append(",\"status\":" as StaticString)
        buffer.append(decimal: entry.status)
        buffer.append(",\"bytes\":" as StaticString)
        buffer.append(decimal: entry.sentBytes)
        buffer.append(",\"microseconds\":" as StaticString)
        buffer.append(decimal: Int(max(0, entry.microseconds)))
        buffer.append("}\n" as StaticString)
        return isWritten
    }

    /// Writes what was gathered.
    ///
    /// - Returns: Whether the file took it; if not it is lost, because the requests go on.
    func write() -> Bool {
        guard !buffer.isEmpty else { return true }
        let lines = buffer
        defer { lines.removeAll() }
        return file.append(lines.bytes)
    }

    /// The text of a second is made once.
    private func appendTime(_ milliseconds: Int64) {
        if milliseconds / 1000 != second {
            second = milliseconds / 1000
            secondText = Array(LogTimestamp.text(milliseconds: second * 1000).utf8.dropLast(4))
        }
        let text = secondText
        buffer.append(text.span)
        let fraction = UInt8(milliseconds % 1000 / 100)
        buffer.append(0x30 + fraction)
        buffer.append(0x30 + UInt8(milliseconds % 100 / 10))
        buffer.append(0x30 + UInt8(milliseconds % 10))
        buffer.append(UInt8(ascii: "Z"))
    }
}

/// A request's method and path as members of a JSON object, escaped.
enum RequestLine {
    /// How much of a path is logged, whatever length the settings allow.
    private static let pathBytesMax = 16 * 1024

    static func write(method: Span<UInt8>, target: Span<UInt8>, to line: inout [UInt8]) {
        line.removeAll(keepingCapacity: true)
        append("\"method\":\"", to: &line)
        escape(method, to: &line)
        append("\",\"path\":\"", to: &line)
        var end = 0
        while end < min(target.count, pathBytesMax), target[end] != UInt8(ascii: "?") { end += 1 }
        escape(target.extracting(first: end), to: &line)
        line.append(UInt8(ascii: "\""))
    }

    private static func append(_ text: String, to line: inout [UInt8]) {
        for byte in text.utf8 { line.append(byte) }
    }

    /// The parser let visible ASCII pass only, of which two characters end or escape a string.
    private static func escape(_ bytes: Span<UInt8>, to line: inout [UInt8]) {
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { line.append(UInt8(ascii: "\\")) }
            line.append(byte)
        }
    }
}
