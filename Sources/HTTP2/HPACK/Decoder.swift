extension HPACK {
    /// Decodes the blocks of one connection, in their order.
    public struct Decoder: Sendable {
        private var table: DynamicTable
        private let tableMaximum: Int

        /// - Parameter tableBytes: The size of the dynamic table that the client was allowed.
        public init(tableBytes: Int) {
            tableMaximum = tableBytes
            table = DynamicTable(maximum: tableBytes)
        }

        /// The dynamic table's size as the protocol counts it.
        public var tableSize: Int { table.size }
        public var tableCount: Int { table.count }

        /// Decodes a whole block.
        ///
        /// A block beyond the section's limits is still read to its end, because the table must go with the client's.
        public mutating func decode(_ block: Span<UInt8>, into section: inout FieldSection) throws(DecodingError) {
            var reader = Reader(block)
            try takeTableSizes(&reader)
            while !reader.isAtEnd {
                let byte = reader.byte
                if byte & 0x80 != 0 {
                    try takeIndexed(&reader, into: &section)
                } else if byte & 0x40 != 0 {
                    try takeLiteral(&reader, prefix: 6, isIndexed: true, into: &section)
                } else if byte & 0x20 == 0 {
                    try takeLiteral(&reader, prefix: 4, isIndexed: false, into: &section)
                } else {
                    throw .lateTableSize
                }
            }
        }

        /// Changes of the table's size (RFC 7541, section 6.3).
        private mutating func takeTableSizes(_ reader: inout Reader) throws(DecodingError) {
            while !reader.isAtEnd, reader.byte & 0xe0 == 0x20 {
                let size = try reader.integer(prefix: 5)
                guard size <= tableMaximum else { throw .tableTooLarge }
                table.resize(to: size)
            }
        }

        /// A field that one of the tables holds (RFC 7541, section 6.1).
        private func takeIndexed(_ reader: inout Reader, into section: inout FieldSection) throws(DecodingError) {
            let index = try reader.integer(prefix: 7)
            let isStatic = index <= section.statics.lines.count
            let line = try entry(index, section)
            guard !section.isOversized else { return }
            let start = section.bytes.count
            if isStatic {
                section.bytes.append(contentsOf: section.statics.bytes[line.start..<line.end])
            } else {
                section.bytes.append(contentsOf: table.bytes[line.start..<line.end])
            }
            section.keep(line.moved(to: start))
        }

        /// A field that is spelled out, perhaps but for its name (RFC 7541, section 6.2).
        private mutating func takeLiteral(
            _ reader: inout Reader, prefix: Int, isIndexed: Bool, into section: inout FieldSection
        ) throws(DecodingError) {
            var line = try takeName(&reader, prefix: prefix, into: &section)
            section.bytes.append(Octet.colon)
            section.bytes.append(Octet.space)
            try reader.string(into: &section.bytes, section.huffman)
            line.valueCount = section.bytes.count - line.start - line.nameCount - 2
            line.hasSoundValue = FieldLine.isSound(section.bytes.span.extracting(line.value))
            section.bytes.append(Octet.carriageReturn)
            section.bytes.append(Octet.lineFeed)
            if isIndexed { table.insert(line, from: section.bytes) }
            section.keep(line)
        }

        private func takeName(
            _ reader: inout Reader, prefix: Int, into section: inout FieldSection
        ) throws(DecodingError) -> FieldLine {
            let start = section.bytes.count
            let index = try reader.integer(prefix: prefix)
            guard index == 0 else {
                let line = try entry(index, section)
                if index <= section.statics.lines.count {
                    section.bytes.append(contentsOf: section.statics.bytes[line.name])
                } else {
                    section.bytes.append(contentsOf: table.bytes[line.name])
                }
                return line.moved(to: start)
            }
            try reader.string(into: &section.bytes, section.huffman)
            let kind = FieldKind.of(section.bytes.span.extracting(start...))
            return FieldLine(
                start: start, nameCount: section.bytes.count - start, valueCount: 0, kind: kind, hasSoundValue: true)
        }

        /// Both tables are one space of numbers (RFC 7541, section 2.3.3).
        private func entry(_ index: Int, _ section: borrowing FieldSection) throws(DecodingError) -> FieldLine {
            let staticCount = section.statics.lines.count
            guard index > 0, index <= staticCount + table.count else { throw .unknownIndex }
            return index <= staticCount ? section.statics.lines[index - 1] : table[index - staticCount - 1]
        }
    }
}
