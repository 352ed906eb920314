/// One field line of a head, as positions in its bytes.
public struct FieldLine: Sendable {
    public let name: FieldName
    private let lineStart: UInt32
    private let nameEnd: UInt32
    private let valueStart: UInt32
    private let valueEnd: UInt32

    /// The line with its CRLF.
    public var line: Range<Int> { Int(lineStart)..<Int(lineEnd) }
    public var nameBytes: Range<Int> { Int(lineStart)..<Int(nameEnd) }
    /// The value without the blanks around it.
    public var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }

    private let lineEnd: UInt32

    /// Parses the line that begins at `start`, strictly by RFC 9112, section 5: no folding, no blank before the colon,
    /// no control characters, CRLF at the end.
    ///
    /// - Returns: The line; nil when its end is not there yet.
    static func parse(_ bytes: Span<UInt8>, at start: Int, names: FieldNames) throws(HeadError) -> FieldLine? {
        let count = bytes.count
        var index = Octet.endOfToken(bytes, from: start)
        guard index < count else { return nil }
        guard bytes[index] == Octet.colon, index > start else { throw nameError(bytes[index], isFirst: index == start) }
        let nameEnd = index
        index += 1
        while index < count, Octet.isBlank(bytes[index]) { index += 1 }
        let valueStart = index
        index = Octet.endOfContent(bytes, from: index)
        guard index < count else { return nil }
        guard bytes[index] == Octet.carriageReturn else {
            throw .malformed("A header line holds a control character, or does not end with CRLF.")
        }
        guard index + 1 < count else { return nil }
        guard bytes[index + 1] == Octet.lineFeed else { throw .malformed("A header value holds a carriage return.") }
        var valueEnd = index
        while valueEnd > valueStart, Octet.isBlank(bytes[valueEnd - 1]) { valueEnd -= 1 }
        return FieldLine(
            name: names.name(bytes.extracting(start..<nameEnd)),
            lineStart: UInt32(start), nameEnd: UInt32(nameEnd),
            valueStart: UInt32(valueStart), valueEnd: UInt32(valueEnd), lineEnd: UInt32(index + 2)
        )
    }

    private static func nameError(_ byte: UInt8, isFirst: Bool) -> HeadError {
        if isFirst, Octet.isBlank(byte) { return .malformed("A header is folded over several lines.") }
        return .malformed("A header line has no valid name before its colon.")
    }
}
