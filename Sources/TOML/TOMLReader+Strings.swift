/// Texts: basic ones with escapes, and literal ones without, on one line or several.
extension TOMLReader {
    /// What follows a `"` up to the next.
    mutating func basicString() throws(TOMLError) -> String {
        let start = index - 1
        var text: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(contentsOf: String(try escape()).utf8)
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): throw fault("the text is not closed", at: start)
            default:
                try pass(byte)
                text.append(byte)
            }
        }
        throw fault("the text is not closed", at: start)
    }

    /// What follows a `'` up to the next.
    mutating func literalString() throws(TOMLError) -> String {
        let start = index
        while let byte = next {
            switch byte {
            case UInt8(ascii: "'"):
                index += 1
                return String(decoding: bytes[start..<index - 1], as: UTF8.self)
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): throw fault("the text is not closed", at: start - 1)
            default: try pass(byte)
            }
        }
        throw fault("the text is not closed", at: start - 1)
    }

    /// What follows three quotes up to the next three; an end of line directly behind them is none of the text.
    ///
    /// - Parameters:
    ///   - quote: Which quotes.
    ///   - hasEscapes: Whether a backslash means something.
    /// - Returns: The text, its ends of lines as `\n`.
    /// - Throws: ``TOMLError``.
    mutating func longString(_ quote: UInt8, hasEscapes: Bool) throws(TOMLError) -> String {
        let start = index - 3
        var text: [UInt8] = []
        _ = takeLineEnd()
        while let byte = next {
            if byte == quote {
                let count = takeQuotes(quote)
                text.append(contentsOf: repeatElement(quote, count: count < 3 ? count : count - 3))
                if count >= 3 { return String(decoding: text, as: UTF8.self) }
            } else if takeLineEnd() {
                text.append(UInt8(ascii: "\n"))
            } else if hasEscapes, byte == UInt8(ascii: "\\") {
                guard !skipFoldedLines() else { continue }
                text.append(contentsOf: String(try escape()).utf8)
            } else {
                try pass(byte)
                text.append(byte)
            }
        }
        throw fault("the text is not closed", at: start)
    }

    /// Passes quotes: two may stand before the three that close.
    private mutating func takeQuotes(_ quote: UInt8) -> Int {
        var count = 0
        while count < 5, next == quote {
            index += 1
            count += 1
        }
        return count
    }

    /// Passes a backslash at a line's end and all blanks and lines behind it; false when it is no such one.
    private mutating func skipFoldedLines() -> Bool {
        let start = index
        index += 1
        skipBlanks()
        guard takeLineEnd() else {
            index = start
            return false
        }
        repeat { skipBlanks() } while takeLineEnd()
        return true
    }

    private mutating func escape() throws(TOMLError) -> Unicode.Scalar {
        let start = index
        index += 1
        guard let byte = next else { throw fault("the text is not closed", at: start) }
        index += 1
        switch byte {
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "u"): return try scalar(digits: 4, from: start)
        case UInt8(ascii: "U"): return try scalar(digits: 8, from: start)
        default: throw fault("there is no such escape", at: start)
        }
    }

    private mutating func scalar(digits: Int, from start: Int) throws(TOMLError) -> Unicode.Scalar {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault("the escape needs \(digits) digits", at: start)
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        guard let scalar = Unicode.Scalar(value) else { throw fault("there is no such character", at: start) }
        return scalar
    }
}
