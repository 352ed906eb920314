import Jobs

/// A job's id in blanks behind a JSON text, where every reader of JSON skips it (RFC 8259, section 2).
///
/// The provider has no field for a name of ours, hands nothing back but the input, and the trainer refuses options that it
/// does not know. So this is the one place for a mark that changes nothing and comes back all the same.
enum OrderMark {
    private static let (zero, one) = (UInt8(ascii: " "), UInt8(ascii: "\t"))

    /// - Parameter jobID: A plausible id.
    /// - Returns: A line break and then eight blanks for each of its bytes, the highest bit first.
    static func blanks(_ jobID: String) -> String {
        "\n"
            + String(
                decoding: jobID.utf8.flatMap { byte in (0..<8).map { byte << $0 & 0x80 == 0 ? zero : one } },
                as: UTF8.self)
    }

    /// The id behind a text; nil when there is none.
    static func jobID(in text: String) -> String? {
        let blanks = text.utf8.reversed().prefix { $0 == zero || $0 == one }.reversed()
        guard !blanks.isEmpty, blanks.count.isMultiple(of: 8) else { return nil }
        let bytes = stride(from: 0, to: blanks.count, by: 8).map { start in
            blanks.dropFirst(start).prefix(8).reduce(UInt8(0)) { $0 << 1 | ($1 == one ? 1 : 0) }
        }
        let id = String(decoding: bytes, as: UTF8.self)
        return JobID.isPlausible(id) ? id : nil
    }
}
