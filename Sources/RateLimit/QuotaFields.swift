/// The header lines by which a client is told its limit.
///
/// `X-RateLimit-…` as the operations guide has them, and `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-
/// ratelimit-headers-10).
public enum QuotaFields {
    /// Writes the lines, each with its end.
    ///
    /// - Parameters:
    ///   - decision: What became of the request.
    ///   - now: Unix seconds.
    ///   - text: Emptied first; its memory is used again.
    public static func write(_ decision: RateDecision, now: Int64, to text: inout [UInt8]) {
        text.removeAll(keepingCapacity: true)
        let reset = decision.resetSeconds
        append(limit, decision.limit, to: &text)
        append(remaining, decision.remaining, to: &text)
        // A part of the current second is over already.
        append(resetTime, Int(now) + reset + 1, to: &text)
        append(policy, decision.limit, to: &text)
        append(window, decision.periodSeconds, to: &text)
        append(rest, decision.remaining, to: &text)
        append(wait, reset, to: &text)
        text.append(UInt8(ascii: "\r"))
        text.append(UInt8(ascii: "\n"))
    }

    private static func append(_ words: [UInt8], _ number: Int, to text: inout [UInt8]) {
        text.append(contentsOf: words)
        append(number, to: &text)
    }

    // As bytes: a text would be taken apart each time.
    private static let limit = Array("X-RateLimit-Limit: ".utf8)
    private static let remaining = Array("\r\nX-RateLimit-Remaining: ".utf8)
    private static let resetTime = Array("\r\nX-RateLimit-Reset: ".utf8)
    private static let policy = Array("\r\nRateLimit-Policy: \"default\";q=".utf8)
    private static let window = Array(";w=".utf8)
    private static let rest = Array("\r\nRateLimit: \"default\";r=".utf8)
    private static let wait = Array(";t=".utf8)

    /// Digit by digit: a string would be an allocation.
    private static func append(_ number: Int, to text: inout [UInt8]) {
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            text.append(UInt8(truncatingIfNeeded: 0x30 + number / divisor % 10))
            divisor /= 10
        }
    }
}
