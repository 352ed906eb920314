/// A reflected CRC of 32 or 64 bits.
struct CyclicRedundancy<Word: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    private let table: CyclicRedundancyTable<Word>
    private var register = Word.max

    init(_ table: CyclicRedundancyTable<Word>) {
        self.table = table
    }

    /// The checksum of everything so far, most significant byte first, as S3 writes it.
    var value: [UInt8] {
        let value = ~register
        return stride(from: Word.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> Word($0)) }
    }

    mutating func update(_ bytes: [UInt8]) { register = table.advance(register, over: bytes) }
}

/// The eight tables of one polynomial, each of 256 entries, for eight bytes at a time ("slicing by 8").
struct CyclicRedundancyTable<Word: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    private let entries: [Word]

    /// - Parameter polynomial: With its bits reversed.
    init(polynomial: Word) {
        var entries = (0..<256).map { index in
            (0..<8).reduce(into: Word(index)) { value, _ in
                value = value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1
            }
        }
        for index in 256..<2048 {
            let before = entries[index - 256]
            entries.append(before >> 8 ^ entries[Int(truncatingIfNeeded: before & 0xff)])
        }
        self.entries = entries
    }

    /// The register after some more bytes.
    func advance(_ start: Word, over bytes: [UInt8]) -> Word {
        let table = entries.span
        let bytes = bytes.span
        var register = start
        var index = 0
        while index + 8 <= bytes.count {
            var block: UInt64 = 0
            for offset in 0..<8 { block |= UInt64(bytes[index + offset]) << UInt64(8 * offset) }
            block ^= UInt64(register)
            register = 0
            for offset in 0..<8 {
                register ^= table[(7 - offset) << 8 | Int(block >> UInt64(8 * offset) & 0xff)]
            }
            index += 8
        }
        while index < bytes.count {
            let low = UInt8(truncatingIfNeeded: register) ^ bytes[index]
            register = register >> 8 ^ table[Int(low)]
            index += 1
        }
        return register
    }
}

/// The polynomials that S3 knows.
enum CyclicRedundancyTables {
    static let crc32 = CyclicRedundancyTable<UInt32>(polynomial: 0xEDB8_8320)
    static let crc32c = CyclicRedundancyTable<UInt32>(polynomial: 0x82F6_3B78)
    static let crc64nvme = CyclicRedundancyTable<UInt64>(polynomial: 0x9A6C_9329_AC4B_C9B5)
}
