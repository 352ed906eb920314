/// The checksum that a PROXY preface may carry (RFC 9260, appendix A).
///
/// Bit by bit: a preface has at most 536 bytes and comes once per connection.
enum CRC32C {
    private static let polynomial: UInt32 = 0x82f6_3b78

    /// The checksum of all bytes, those at `zeroed` taken as zero: the checksum's own place.
    static func of(_ bytes: Span<UInt8>, zeroing zeroed: Range<Int>) -> UInt32 {
        var sum = UInt32.max
        for index in bytes.indices {
            sum ^= zeroed.contains(index) ? 0 : UInt32(bytes[index])
            for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? polynomial : 0) }
        }
        return ~sum
    }

    /// Reads a checksum in network order.
    static func written(_ bytes: Span<UInt8>, at start: Int) -> UInt32 {
        var sum: UInt32 = 0
        for index in start..<start + 4 { sum = sum << 8 | UInt32(bytes[index]) }
        return sum
    }
}
