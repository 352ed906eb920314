extension HPACK {
    /// Reads the primitives of a block (RFC 7541, section 5).
    struct Reader: ~Escapable {
        private let block: Span<UInt8>
        private var index = 0

        @_lifetime(copy block)
        init(_ block: Span<UInt8>) {
            self.block = block
        }

        var isAtEnd: Bool { index == block.count }
        /// The byte that says what comes next; there must be one.
        var byte: UInt8 { block[index] }

        /// An integer of at most 28 bits beyond its prefix: more than any index, size or length we take.
        @_lifetime(self: copy self)
        mutating func integer(prefix: Int) throws(DecodingError) -> Int {
            guard index < block.count else { throw .truncated }
            let mask = 1 << prefix - 1
            var value = Int(block[index]) & mask
            index += 1
            guard value == mask else { return value }
            for shift in [0, 7, 14, 21] {
                guard index < block.count else { throw .truncated }
                let byte = Int(block[index])
                index += 1
                value += (byte & 0x7f) << shift
                if byte < 0x80 { return value }
            }
            throw .integerTooLarge
        }

        /// Appends a string, decoded if it is in Huffman's code.
        @_lifetime(self: copy self)
        mutating func string(into output: inout [UInt8], _ huffman: borrowing HuffmanCode) throws(DecodingError) {
            guard index < block.count else { throw .truncated }
            let isCoded = block[index] & 0x80 != 0
            let length = try integer(prefix: 7)
            guard length <= block.count - index else { throw .truncated }
            let bytes = block.extracting(index..<index + length)
            index += length
            if isCoded { try huffman.decode(bytes, into: &output) } else { output.append(bytes) }
        }
    }
}
