import Testing

@testable import HTTP2

@Suite struct HuffmanCodeTests {
    private let code = HuffmanCode()

    /// The words of all symbols, in the order of a canonical code.
    private let words: [(word: UInt32, length: Int)] = {
        var words = [(word: UInt32, length: Int)](repeating: (0, 0), count: 257)
        var next: UInt32 = 0
        for length in 1...30 {
            for symbol in 0...256 where HuffmanCode.lengths[symbol] == length {
                words[symbol] = (next, length)
                next += 1
            }
            next <<= 1
        }
        return words
    }()

    private func encode(_ symbols: [Int]) -> [UInt8] {
        var bits: [UInt8] = []
        for symbol in symbols {
            let (word, length) = words[symbol]
            for shift in stride(from: length - 1, through: 0, by: -1) { bits.append(UInt8(word >> UInt32(shift) & 1)) }
        }
        while bits.count % 8 != 0 { bits.append(1) }
        return stride(from: 0, to: bits.count, by: 8).map { bits[$0..<$0 + 8].reduce(0) { $0 << 1 | $1 } }
    }

    @Test func `some words of each length are those of the appendix`() {
        let expected: [(Int, UInt32, Int)] = [
            (48, 0x0, 5), (32, 0x14, 6), (58, 0x5c, 7), (38, 0xf8, 8), (63, 0x3fc, 10), (39, 0x7fa, 11),
            (35, 0xffa, 12),
            (0, 0x1ff8, 13), (125, 0x3ffd, 14), (60, 0x7ffc, 15), (92, 0x7fff0, 19), (128, 0xfffe6, 20),
            (153, 0x1fffdc, 21), (129, 0x3fffd2, 22), (1, 0x7fffd8, 23), (9, 0xffffea, 24), (199, 0x1ffffec, 25),
            (255, 0x3ffffee, 26), (203, 0x7ffffde, 27), (2, 0xfffffe2, 28), (249, 0xffffffe, 28), (10, 0x3ffffffc, 30),
            (256, 0x3fffffff, 30),
        ]
        for (symbol, word, length) in expected {
            #expect(words[symbol].word == word && words[symbol].length == length, "symbol \(symbol)")
        }
    }

    @Test func `every symbol is found at every place in a byte, alone and before others`() throws {
        for symbol in 0...255 {
            for before in 0..<8 {
                // Words of five bits move the symbol through all places.
                let symbols = Array(repeating: 48, count: before) + [symbol, 97, symbol]
                var output: [UInt8] = []
                let input = encode(symbols)
                try code.decode(input.span, into: &output)
                #expect(output == symbols.map(UInt8.init), "symbol \(symbol) behind \(before)")
            }
        }
    }

    @Test func `the end of a string is never a symbol`() {
        for before in 0..<8 {
            let input = encode(Array(repeating: 48, count: before) + [256])
            #expect(throws: HPACK.DecodingError.badHuffmanCode) {
                var output: [UInt8] = []
                try code.decode(input.span, into: &output)
            }
        }
    }
}
