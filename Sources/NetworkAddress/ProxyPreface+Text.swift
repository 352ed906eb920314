extension ProxyPreface {
    /// Version 1: `PROXY TCP4 source destination port port`, one line of text.
    static func parseText(_ bytes: Span<UInt8>) -> Verdict {
        for index in textSignature.count..<min(bytes.count, Limits.text) {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\r") {
                guard index + 1 < Limits.text else { return .malformed(.tooLong) }
                guard index + 1 < bytes.count else { return .needsMore }
                guard bytes[index + 1] == UInt8(ascii: "\n") else { return .malformed(.badLineEnd) }
                return parseLine(text(bytes.extracting(textSignature.count..<index)), count: index + 2)
            }
            guard byte != UInt8(ascii: "\n") else { return .malformed(.badLineEnd) }
            guard (0x20...0x7e).contains(byte) else { return .malformed(.badCharacter) }
        }
        return bytes.count < Limits.text ? .needsMore : .malformed(.tooLong)
    }

    private static let unknown = Array("UNKNOWN".utf8)
    private static let version4 = Array("TCP4".utf8)
    private static let version6 = Array("TCP6".utf8)

    private static func parseLine(_ line: [UInt8], count: Int) -> Verdict {
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard let name = words.first else { return .malformed(.badProtocol) }
        // Whatever follows it is to be ignored, as the format says.
        if name.elementsEqual(unknown) { return .parsed(source: nil, count: count) }
        let isVersion6 = name.elementsEqual(version6)
        guard isVersion6 || name.elementsEqual(version4) else { return .malformed(.badProtocol) }
        guard words.count == 5 else { return .malformed(.badWordCount) }
        guard let source = address(words[1], isVersion6: isVersion6), address(words[2], isVersion6: isVersion6) != nil
        else { return .malformed(.badAddress) }
        guard isPort(words[3]), isPort(words[4]) else { return .malformed(.badPort) }
        return .parsed(source: source, count: count)
    }

    /// The spelling decides the family, since a mapped address is folded to IPv4.
    private static func address(_ word: ArraySlice<UInt8>, isVersion6: Bool) -> IPAddress? {
        guard word.contains(UInt8(ascii: ":")) == isVersion6 else { return nil }
        return IPAddress(text: word)
    }

    /// Decimal digits without leading zeros, which another reader may take for octal.
    private static func isPort(_ word: ArraySlice<UInt8>) -> Bool {
        guard (1...5).contains(word.count), word.count == 1 || word.first != UInt8(ascii: "0") else { return false }
        var number = 0
        for byte in word {
            guard let digit = byte.hexDigit, digit < 10 else { return false }
            number = number * 10 + Int(digit)
        }
        return number <= 65535
    }

    private static func text(_ bytes: Span<UInt8>) -> [UInt8] {
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for index in bytes.indices { copy.append(bytes[index]) }
        return copy
    }
}
