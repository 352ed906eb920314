import JSON

/// Values of any kind.
extension TOMLReader {
    mutating func value() throws(TOMLError) -> JSONValue {
        if take("\"\"\"") { return .string(try longString(UInt8(ascii: "\""), hasEscapes: true)) }
        if take("'''") { return .string(try longString(UInt8(ascii: "'"), hasEscapes: false)) }
        if take("\"") { return .string(try basicString()) }
        if take("'") { return .string(try literalString()) }
        switch next {
        case UInt8(ascii: "["): return try nested { reader throws(TOMLError) in try reader.array() }
        case UInt8(ascii: "{"): return try nested { reader throws(TOMLError) in try reader.inlineTable() }
        default: return try scalar()
        }
    }

    private mutating func nested(
        _ read: (inout TOMLReader) throws(TOMLError) -> JSONValue
    ) throws(TOMLError) -> JSONValue {
        guard depth < Self.depthMax else { throw fault("it nests too deeply") }
        depth += 1
        index += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func array() throws(TOMLError) -> JSONValue {
        var elements: [JSONValue] = []
        while true {
            try skipLines()
            if take("]") { return .array(elements) }
            elements.append(try value())
            try skipLines()
            if take("]") { return .array(elements) }
            guard take(",") else { throw fault("',' or ']' is missing") }
        }
    }

    /// All on one line, and without a comma at the end.
    private mutating func inlineTable() throws(TOMLError) -> JSONValue {
        let table = TOMLTable(.header)
        skipBlanks()
        if take("}") { return .object([:]) }
        while true {
            skipBlanks()
            try pair(into: table)
            skipBlanks()
            if take("}") { return table.document }
            guard take(",") else { throw fault("',' or '}' is missing") }
        }
    }

    private mutating func scalar() throws(TOMLError) -> JSONValue {
        let start = index
        passWord()
        // Between a date and a time there may be a space instead of a T.
        if next == UInt8(ascii: " "), index + 1 < bytes.count, (0x30...0x39).contains(bytes[index + 1]),
            TOMLDate.isDate(bytes[start..<index])
        {
            index += 1
            passWord()
        }
        guard index > start else { throw fault("a value is missing") }
        switch TOMLScalar.value(Array(bytes[start..<index])) {
        case .known(let value): return value
        case .tooLarge: throw fault("the number is too large", at: start)
        case .unknown: throw fault("this is no value", at: start)
        }
    }

    private mutating func passWord() {
        while let byte = next, !Self.endsWord(byte) { index += 1 }
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, 0x7f, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "#"): true
        default: false
        }
    }
}
