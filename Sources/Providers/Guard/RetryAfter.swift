public import Jobs
import S3

/// The two forms of `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
public enum RetryAfter {
    private static let secondsMax: Int64 = 86_400 * 365

    /// How long to wait; nil for a text of neither form.
    public static func duration(_ text: String, now: Timestamp) -> Duration? {
        let text = text.drop { $0 == " " }
        if let seconds = Int64(text), seconds >= 0 { return .seconds(min(seconds, secondsMax)) }
        guard let date = date(text) else { return nil }
        return .seconds(max(0, min(date - now.microseconds / 1_000_000, secondsMax)))
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form of dates that is still sent.
    private static func date(_ text: Substring) -> Int64? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", words[1].count == 2, words[3].count == 4,
            let month = months.firstIndex(of: String(words[2]))
        else { return nil }
        let digits = String(month + 101).dropFirst()
        let time = words[4].split(separator: ":").joined()
        return CivilTime(signingTimestamp: "\(words[3])\(digits)\(words[1])T\(time)Z")?.secondsSince1970
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
