/// Reads the elements of one `Forwarded` line, from left to right (RFC 7239, section 4).
///
/// From the left because of its quotes: from the right, a quote that a client left open could not be told from one
/// that a hop wrote. Held to the grammar: no blanks around `=` and `;`, no parameter twice where it matters.
struct ForwardedElements: ~Escapable {
    enum Element {
        /// Whom it is `for`; nil when it names no address, or nobody.
        case node(IPAddress?)
        /// The line breaks the grammar here: nothing in it can be told apart any more.
        case malformed
    }

    private let line: Span<UInt8>
    private var index = 0
    private var isAtEnd = false

    @_lifetime(copy line)
    init(_ line: Span<UInt8>) {
        self.line = line
    }

    /// - Returns: The next element; nil behind the last.
    mutating func next() -> Element? {
        guard !isAtEnd else { return nil }
        skipBlanks()
        var node: IPAddress?
        var hasNode = false
        repeat {
            // RFC 7239 lets a pair be empty.
            guard let byte = peek, byte != UInt8(ascii: ";"), byte != UInt8(ascii: ",") else { continue }
            guard let isFor = readName(), !(isFor && hasNode), let value = readValue() else { return malformed() }
            guard isFor else { continue }
            hasNode = true
            node = value.address
        } while take(UInt8(ascii: ";"))
        skipBlanks()
        isAtEnd = peek == nil
        guard isAtEnd || take(UInt8(ascii: ",")) else { return malformed() }
        return .node(node)
    }

    private mutating func malformed() -> Element {
        isAtEnd = true
        return .malformed
    }

    private var peek: UInt8? { index < line.count ? line[index] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { index += 1 }
    }

    /// Reads a parameter's name and its `=`.
    ///
    /// - Returns: Whether it is `for`; nil when there is no name.
    private mutating func readName() -> Bool? {
        let start = index
        while let byte = peek, Self.isToken(byte) { index += 1 }
        let length = index - start
        guard length > 0, take(UInt8(ascii: "=")) else { return nil }
        return length == 3 && line[start] | 0x20 == UInt8(ascii: "f") && line[start + 1] | 0x20 == UInt8(ascii: "o")
            && line[start + 2] | 0x20 == UInt8(ascii: "r")
    }

    private struct Value {
        let address: IPAddress?
    }

    private mutating func readValue() -> Value? {
        if take(UInt8(ascii: "\"")) { return readQuoted() }
        let start = index
        while let byte = peek, Self.isToken(byte) { index += 1 }
        return index > start ? Value(address: HopNode.address(line.extracting(start..<index), .forwarded)) : nil
    }

    /// Reads what follows an opening quote, and the closing one (RFC 9110, section 5.6.4).
    private mutating func readQuoted() -> Value? {
        // Longer than any address with a port; what does not fit is none.
        var text = [64 of UInt8](repeating: 0)
        var length = 0
        while let byte = peek {
            index += 1
            var letter = byte
            if byte == UInt8(ascii: "\"") {
                guard length <= text.count else { return Value(address: nil) }
                return Value(address: HopNode.address(text.span.extracting(first: length), .forwarded))
            }
            if byte == UInt8(ascii: "\\") {
                guard let escaped = peek else { return nil }
                letter = escaped
                index += 1
            }
            if length < text.count { text[length] = letter }
            length += 1
        }
        return nil
    }

    /// `tchar` (RFC 9110, section 5.6.2).
    private static func isToken(_ byte: UInt8) -> Bool {
        let bits: UInt64 = byte & 64 == 0 ? 0x03ff_6cfa_0000_0000 : 0x57ff_ffff_c7ff_fffe
        return byte < 128 && bits >> UInt64(byte & 63) & 1 == 1
    }
}
