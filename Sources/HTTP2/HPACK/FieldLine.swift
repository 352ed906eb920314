/// One field within the bytes that hold it, written as HTTP/1.1 does: `name: value` and CRLF.
///
/// In this form it can be copied from table to section to head as a whole.
struct FieldLine: Sendable {
    var start: Int
    var nameCount: Int
    var valueCount: Int
    var kind: FieldKind
    /// Whether the value has no control characters, and no blanks around it (RFC 9113, section 8.2.1).
    var hasSoundValue: Bool

    var name: Range<Int> { start..<start + nameCount }
    var value: Range<Int> { start + nameCount + 2..<start + nameCount + 2 + valueCount }
    var end: Int { start + nameCount + valueCount + 4 }

    /// What the field counts for in a table (RFC 7541, section 4.1).
    var tableSize: Int { nameCount + valueCount + 32 }

    func moved(to start: Int) -> FieldLine {
        var line = self
        line.start = start
        return line
    }

    static func isSound(_ value: Span<UInt8>) -> Bool {
        guard !value.isEmpty else { return true }
        var isSound = true
        for index in value.indices { isSound = isSound && Octet.isFieldContent(value[index]) }
        return isSound && !isBlank(value[0]) && !isBlank(value[value.count - 1])
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == Octet.space || byte == Octet.tab }
}
