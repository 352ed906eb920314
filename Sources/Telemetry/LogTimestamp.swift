/// A point of wall-clock time as logs write it: `2024-01-15T10:30:00.000Z` (RFC 3339, UTC, milliseconds).
public enum LogTimestamp {
    /// Writes the time.
    ///
    /// - Parameter milliseconds: Since 1970-01-01T00:00:00Z, not before it.
    /// - Returns: 24 characters.
    public static func text(milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        let (year, month, day) = civil(daysSince1970: seconds / 86400)
        let second = seconds % 86400
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T" + padded(second / 3600, 2) + ":"
            + padded(second / 60 % 60, 2) + ":" + padded(second % 60, 2) + "." + padded(milliseconds % 1000, 3) + "Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Turns a day number into a date of the Gregorian calendar.
    ///
    /// Counted in eras of 400 years that begin on 1 March, so that the leap day is the last of its year.
    private static func civil(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
