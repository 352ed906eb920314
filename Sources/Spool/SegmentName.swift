/// The name of a segment: its number and `.jsonl`.
///
/// Numbers only grow, also over restarts: a new one is greater than all that are there, and not less than the time in
/// milliseconds, so that none is used twice although the folder was emptied meanwhile.
enum SegmentName {
    private static let suffix = ".jsonl"
    /// Enough digits for names to sort as the numbers do.
    private static let digits = 16

    static func name(of number: Int64) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text + suffix
    }

    /// The number of a segment's name; nil for another file's.
    static func number(of name: String) -> Int64? {
        guard name.hasSuffix(suffix), let number = Int64(name.dropLast(suffix.utf8.count)), number >= 0,
            Self.name(of: number) == name
        else { return nil }
        return number
    }

    static func next(after numbers: some Sequence<Int64>, wallMilliseconds: Int64) -> Int64 {
        max((numbers.max() ?? 0) + 1, wallMilliseconds)
    }
}
