extension HPACK {
    /// The fields of one block, decoded: as lines of HTTP/1.1, in the order they came.
    ///
    /// One is kept per worker and filled again and again. With it are the tables that all decoders share.
    public struct FieldSection: Sendable {
        var bytes: [UInt8] = []
        var lines: [FieldLine] = []
        /// Whether the block held more than the limits allow; then what is here is not all of it.
        public internal(set) var isOversized = false

        var bytesMax = 0
        private var fieldsLeft = 0
        private var cookiesLeft = 0
        private var pseudoFieldsLeft = 0
        /// There are five, each allowed once: who sends more is refused for that.
        private static let pseudoFieldsMax = 8
        let huffman = HuffmanCode()
        let statics = StaticTable()

        public init() {}

        /// Empties it for the next block.
        ///
        /// - Parameters:
        ///   - bytes: How many bytes of lines to keep; with 0 a block is decoded for the table's sake only.
        ///   - fields: How many fields to keep besides cookies.
        ///   - cookies: How many fields named `cookie`.
        public mutating func reset(bytes: Int, fields: Int, cookies: Int) {
            self.bytes.removeAll(keepingCapacity: true)
            lines.removeAll(keepingCapacity: true)
            bytesMax = bytes
            fieldsLeft = fields
            cookiesLeft = cookies
            pseudoFieldsLeft = Self.pseudoFieldsMax
            isOversized = bytes == 0
        }

        public var count: Int { lines.count }

        public func name(_ index: Int) -> [UInt8] { Array(bytes[lines[index].name]) }
        public func value(_ index: Int) -> [UInt8] { Array(bytes[lines[index].value]) }

        /// Keeps the line that was written last, if the limits allow.
        mutating func keep(_ line: FieldLine) {
            if !isOversized {
                if line.kind == .cookie {
                    cookiesLeft -= 1
                } else if line.kind.isPseudo {
                    pseudoFieldsLeft -= 1
                } else {
                    fieldsLeft -= 1
                }
                isOversized = fieldsLeft < 0 || cookiesLeft < 0 || pseudoFieldsLeft < 0 || bytes.count > bytesMax
            }
            if isOversized { bytes.removeSubrange(line.start...) } else { lines.append(line) }
        }
    }
}
