/// The fixed code of string literals (RFC 7541, section 5.2 and appendix B).
///
/// The code is canonical: the lengths of its words define it. Words up to ten bits, which is nearly all that occur, are
/// found by one look into a table of 2 KiB; longer ones by their length.
struct HuffmanCode: Sendable {
    private static let shortBits = 10
    private static let longestBits = 30
    private static let endOfString = 256

    /// By the next ten bits: the word's length times 256, and its symbol; 0 where the word is longer.
    private var short = [UInt16](repeating: 0, count: 1 << shortBits)
    /// By length: the first window of 32 bits behind all words of this length.
    private var bounds = [UInt64](repeating: 0, count: longestBits + 1)
    /// By length: what to add to a word for its place in `symbols`.
    private var offsets = [Int](repeating: 0, count: longestBits + 1)
    /// All symbols in the order of their words.
    private var symbols: [UInt16] = []

    init() {
        let lengths = Self.lengths
        var word = 0
        for length in 5...Self.longestBits {
            offsets[length] = symbols.count - word
            for symbol in lengths.indices where lengths[symbol] == length {
                symbols.append(UInt16(symbol))
                addShort(word, length: length, symbol: symbol)
                word += 1
            }
            bounds[length] = UInt64(word) << UInt64(32 - length)
            word <<= 1
        }
    }

    private mutating func addShort(_ word: Int, length: Int, symbol: Int) {
        guard length <= Self.shortBits else { return }
        let free = Self.shortBits - length
        for rest in 0..<1 << free { short[word << free | rest] = UInt16(length << 8 | symbol) }
    }

    /// Appends what the coded bytes stand for.
    func decode(_ input: Span<UInt8>, into output: inout [UInt8]) throws(HPACK.DecodingError) {
        // No word is shorter than five bits.
        let most = input.count * 8 / 5 + 1
        var isSound = false
        output.append(addingCapacity: most) { isSound = decode(input, into: &$0) }
        guard isSound else { throw .badHuffmanCode }
    }

    private func decode(_ input: Span<UInt8>, into output: inout OutputSpan<UInt8>) -> Bool {
        let short = short.span
        // The next bits, from the top down, and how many they are.
        var bits: UInt64 = 0
        var count = 0
        var index = 0
        while true {
            while count <= 32, index < input.count {
                bits |= UInt64(input[index]) &<< UInt64(56 &- count)
                count &+= 8
                index &+= 1
            }
            guard count >= Self.longestBits else { break }
            while count >= Self.longestBits {
                let entry = short[Int(truncatingIfNeeded: bits &>> 54)]
                let length = entry == 0 ? appendLong(bits, to: &output) : Int(entry >> 8)
                guard length > 0 else { return false }
                if entry != 0 { output.append(UInt8(truncatingIfNeeded: entry)) }
                bits &<<= UInt64(length)
                count &-= length
            }
        }
        return decodeTail(bits, count, into: &output)
    }

    /// Decodes the last words: what is behind them must be less than a byte of ones (RFC 7541, section 5.2).
    private func decodeTail(_ rest: UInt64, _ restCount: Int, into output: inout OutputSpan<UInt8>) -> Bool {
        var bits = rest
        var count = restCount
        while count > 0 {
            let window = bits | UInt64.max >> UInt64(count)
            let entry = short[Int(window >> 54)]
            if entry != 0, entry >> 8 <= count {
                output.append(UInt8(truncatingIfNeeded: entry))
                bits <<= UInt64(entry >> 8)
                count -= Int(entry >> 8)
                continue
            }
            if count < 8 { return window == .max }
            guard let (symbol, length) = long(window), length <= count else { return false }
            output.append(symbol)
            bits <<= UInt64(length)
            count -= length
        }
        return true
    }

    /// Appends the symbol of a long word.
    ///
    /// - Returns: The word's length; 0 if it is no symbol.
    private func appendLong(_ window: UInt64, to output: inout OutputSpan<UInt8>) -> Int {
        guard let (symbol, length) = long(window) else { return 0 }
        output.append(symbol)
        return length
    }

    /// The long word that begins the window; the end of a string is no symbol inside of it.
    private func long(_ window: UInt64) -> (symbol: UInt8, length: Int)? {
        let top = window >> 32
        for length in Self.shortBits...Self.longestBits where top < bounds[length] {
            let symbol = symbols[Int(top >> UInt64(32 - length)) + offsets[length]]
            return symbol == Self.endOfString ? nil : (UInt8(truncatingIfNeeded: symbol), length)
        }
        return nil
    }

    /// The length of each symbol's word in bits; the last one is the end of a string.
    static let lengths: [UInt8] = [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ]
}
