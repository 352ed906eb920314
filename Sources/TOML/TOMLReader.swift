public import JSON

extension JSONValue {
    /// Reads a TOML 1.0 document.
    ///
    /// Strict: a key twice, bytes that are no UTF-8, and whatever else the specification forbids is refused. JSON has no
    /// dates and times and no infinite numbers: those become texts, as they are written.
    ///
    /// - Parameter bytes: The document, at most ``TOMLReader/bytesMax`` of them.
    /// - Throws: ``TOMLError`` with the place of the first fault.
    public init(toml bytes: [UInt8]) throws(TOMLError) {
        var reader = TOMLReader(bytes)
        self = try reader.document()
    }
}

/// One walk over the bytes of a document; the depth is bounded, so no document can exhaust the stack.
struct TOMLReader {
    static let bytesMax = 1024 * 1024
    /// How many tables and arrays may be within each other: with arrays of tables twice as many, which is less than what
    /// the reader of JSON takes.
    static let depthMax = 24

    let bytes: [UInt8]
    var index = 0
    var depth = 0
    private let root = TOMLTable(.header)
    private var table: TOMLTable
    /// Counts the parts that headers make.
    private var part = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        table = root
    }

    mutating func document() throws(TOMLError) -> JSONValue {
        guard bytes.count <= Self.bytesMax else { throw fault("the document is longer than 1 MiB", at: 0) }
        if let place = Self.firstFault(in: bytes) { throw fault("this is not UTF-8", at: place) }
        while true {
            try skipLines()
            guard let byte = next else { return root.document }
            if byte == UInt8(ascii: "[") { try header() } else { try pair(into: table) }
            try endLine()
        }
    }

    private static func firstFault(in bytes: [UInt8]) -> Int? {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): offset += UTF8.width(scalar)
            case .emptyInput: return nil
            case .error: return offset
            }
        }
    }

    private mutating func header() throws(TOMLError) {
        let start = index
        depth = 0
        let isArray = take("[[")
        if !isArray { index += 1 }
        skipBlanks()
        let names = try key()
        skipBlanks()
        guard take(isArray ? "]]" : "]") else { throw fault("the header is not closed") }
        var parent = root
        for name in names.dropLast() {
            guard let inner = parent.passed(name) else { throw fault("'\(name)' is a value already", at: start) }
            parent = inner
        }
        let name = names.last ?? ""
        guard let own = isArray ? parent.appended(name) : parent.headed(name) else {
            throw fault("'\(names.joined(separator: "."))' is there already", at: start)
        }
        table = own
        depth = names.count
        part += 1
    }

    /// A key with its value.
    mutating func pair(into table: TOMLTable) throws(TOMLError) {
        let start = index
        let names = try key()
        skipBlanks()
        guard take("=") else { throw fault("'=' is missing behind the key") }
        skipBlanks()
        depth += names.count
        let value = try value()
        depth -= names.count
        var table = table
        for name in names.dropLast() {
            guard let inner = table.dotted(name, part: part) else {
                throw fault("nothing can be added to '\(name)'", at: start)
            }
            table = inner
        }
        guard table.put(value, at: names.last ?? "") else {
            throw fault("'\(names.joined(separator: "."))' is there already", at: start)
        }
    }

    private mutating func key() throws(TOMLError) -> [String] {
        var names = [try name()]
        while true {
            let end = index
            skipBlanks()
            guard take(".") else {
                index = end
                return names
            }
            guard depth + names.count < Self.depthMax else { throw fault("it nests too deeply") }
            skipBlanks()
            names.append(try name())
        }
    }

    private mutating func name() throws(TOMLError) -> String {
        if take("\"") { return try basicString() }
        if take("'") { return try literalString() }
        let start = index
        while let byte = next, Self.isBare(byte) { index += 1 }
        guard index > start else { throw fault("a key is missing") }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// What lies between keys and values.
extension TOMLReader {
    var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    func fault(_ reason: String, at place: Int? = nil) -> TOMLError { TOMLError(in: bytes, at: place ?? index, reason) }

    /// Passes a text if it is next.
    mutating func take(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - index >= count, text.description.utf8.elementsEqual(bytes[index..<index + count]) else {
            return false
        }
        index += count
        return true
    }

    mutating func skipBlanks() {
        while let byte = next, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { index += 1 }
    }

    /// Passes blanks, ends of lines and comments.
    mutating func skipLines() throws(TOMLError) {
        repeat {
            skipBlanks()
            try skipComment()
        } while takeLineEnd()
    }

    mutating func takeLineEnd() -> Bool {
        guard next == UInt8(ascii: "\n") || isLineEnd else { return false }
        index += next == UInt8(ascii: "\n") ? 1 : 2
        return true
    }

    private mutating func skipComment() throws(TOMLError) {
        guard take("#") else { return }
        while let byte = next, byte != UInt8(ascii: "\n"), !isLineEnd { try pass(byte) }
    }

    /// Whether both bytes of a line's end are next.
    private var isLineEnd: Bool {
        next == UInt8(ascii: "\r") && index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n")
    }

    private mutating func endLine() throws(TOMLError) {
        skipBlanks()
        try skipComment()
        guard next == nil || takeLineEnd() else { throw fault("the line goes on where it must end") }
    }

    /// Passes a byte that may be in a comment or a text.
    mutating func pass(_ byte: UInt8) throws(TOMLError) {
        guard byte >= 0x20 && byte != 0x7f || byte == UInt8(ascii: "\t") else {
            throw fault("a control character is in the text")
        }
        index += 1
    }
}
