/// Dates and times as RFC 3339 has them, with or without each other and an offset: whether a word is one.
///
/// They stay texts, so nothing is computed here.
enum TOMLDate {
    /// Whether a word is a date alone.
    static func isDate(_ word: ArraySlice<UInt8>) -> Bool { date(word)?.isEmpty ?? false }

    /// Whether a word is a date, a time, or both with or without an offset.
    static func isDateOrTime(_ word: ArraySlice<UInt8>) -> Bool {
        guard let rest = date(word) else { return time(word)?.isEmpty ?? false }
        guard let separator = rest.first else { return true }
        guard [UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " ")].contains(separator),
            let behind = time(rest.dropFirst())
        else { return false }
        return behind.isEmpty || isOffset(behind)
    }

    /// What follows a date; nil where there is none.
    private static func date(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var word = word
        guard let year = number(4, &word), take("-", &word), let month = number(2, &word), take("-", &word),
            let day = number(2, &word), (1...12).contains(month), day >= 1, day <= days(in: month, of: year)
        else { return nil }
        return word
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// What follows a time; nil where there is none.
    private static func time(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var word = word
        // A minute may have a leap second.
        guard let hour = number(2, &word), take(":", &word), let minute = number(2, &word), take(":", &word),
            let second = number(2, &word), hour < 24, minute < 60, second <= 60
        else { return nil }
        guard take(".", &word) else { return word }
        let digits = word.prefix { (0x30...0x39).contains($0) }
        return digits.isEmpty ? nil : word.dropFirst(digits.count)
    }

    private static func isOffset(_ word: ArraySlice<UInt8>) -> Bool {
        var word = word
        if word.elementsEqual([UInt8(ascii: "Z")]) || word.elementsEqual([UInt8(ascii: "z")]) { return true }
        guard take("+", &word) || take("-", &word), let hour = number(2, &word), take(":", &word),
            let minute = number(2, &word)
        else { return false }
        return hour < 24 && minute < 60 && word.isEmpty
    }

    /// Takes a number of so many digits.
    private static func number(_ digits: Int, _ word: inout ArraySlice<UInt8>) -> Int? {
        let taken = word.prefix(digits)
        guard taken.count == digits, taken.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        word = word.dropFirst(digits)
        return taken.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func take(_ character: Unicode.Scalar, _ word: inout ArraySlice<UInt8>) -> Bool {
        guard word.first == UInt8(ascii: character) else { return false }
        word = word.dropFirst()
        return true
    }
}
