/// Cuts a small XML document into tags and text, no more than `CompleteMultipartUpload` needs.
///
/// No document type and no entities of the document's own, so nothing can grow or be fetched; attributes are skipped
/// and namespace prefixes dropped, because clients disagree about both.
struct XMLScanner {
    enum Token: Equatable {
        case open(String)
        case close(String)
        case text(String)
    }

    private var rest: ArraySlice<UInt8>
    private var pendingClose: String?

    static let malformed = S3Error(
        .malformedXML, "The XML you provided was not well-formed or did not validate against our published schema.")

    init(_ document: [UInt8]) {
        let isMarked = document.starts(with: [0xEF, 0xBB, 0xBF])
        rest = document[(isMarked ? 3 : 0)...]
    }

    /// The next token; nil at the end.
    mutating func next() throws(S3Error) -> Token? {
        if let name = pendingClose.take() { return .close(name) }
        while let first = rest.first {
            guard first == UInt8(ascii: "<") else { return .text(try takeText()) }
            if rest.starts(with: "<!--".utf8) {
                try skip(past: "-->")
            } else if rest.starts(with: "<?".utf8) {
                try skip(past: "?>")
            } else {
                return try takeTag()
            }
        }
        return nil
    }

    private mutating func takeText() throws(S3Error) -> String {
        let end = rest.firstIndex(of: UInt8(ascii: "<")) ?? rest.endIndex
        defer { rest = rest[end...] }
        guard let raw = String(validating: rest[..<end], as: UTF8.self) else { throw Self.malformed }
        return try Self.unescaped(raw)
    }

    private mutating func takeTag() throws(S3Error) -> Token {
        guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { throw Self.malformed }
        var tag = rest[rest.index(after: rest.startIndex)..<end]
        rest = rest[rest.index(after: end)...]
        let isClosing = tag.first == UInt8(ascii: "/")
        if isClosing { tag = tag.dropFirst() }
        let isEmpty = tag.last == UInt8(ascii: "/")
        if isEmpty { tag = tag.dropLast() }
        let qualified = tag.prefix { $0 > 0x20 }
        let local =
            qualified.lastIndex(of: UInt8(ascii: ":")).map { qualified[qualified.index(after: $0)...] } ?? qualified
        guard let name = String(validating: local, as: UTF8.self), !name.isEmpty, !name.hasPrefix("!"),
            !(isClosing && isEmpty)
        else { throw Self.malformed }
        if isClosing { return .close(name) }
        if isEmpty { pendingClose = name }
        return .open(name)
    }

    private mutating func skip(past mark: String) throws(S3Error) {
        let mark = Array(mark.utf8)
        while !rest.isEmpty, !rest.starts(with: mark) { rest = rest.dropFirst() }
        guard !rest.isEmpty else { throw Self.malformed }
        rest = rest.dropFirst(mark.count)
    }

    private static func unescaped(_ text: String) throws(S3Error) -> String {
        guard text.contains("&") else { return text }
        var pieces = text.split(separator: "&", omittingEmptySubsequences: false)
        var result = String(pieces.removeFirst())
        for piece in pieces {
            guard let end = piece.firstIndex(of: ";"), let scalar = entity(piece[..<end]) else { throw malformed }
            result.unicodeScalars.append(scalar)
            result += piece[piece.index(after: end)...]
        }
        return result
    }

    private static func entity(_ name: Substring) -> Unicode.Scalar? {
        switch name {
        case "quot": "\""
        case "amp": "&"
        case "lt": "<"
        case "gt": ">"
        case "apos": "'"
        default:
            if name.hasPrefix("#x") {
                UInt32(name.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
            } else if name.hasPrefix("#") {
                UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init)
            } else {
                nil
            }
        }
    }
}
