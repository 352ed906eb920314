/// The header lines by which a client is told its limit.
///
/// `X-RateLimit-…` as the operations guide has them, and `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-
/// ratelimit-headers-10).
public enum QuotaFields {
    /// Writes the lines, each with its end.
    ///
    /// - Parameters:
    ///   - decision: What became of the request.
    ///   - now: Milliseconds since 1970, UTC.
    ///   - text: Emptied first; its memory is used again.
    public static func write(_ decision: RateDecision, now: Int64, to text: inout [UInt8]) {
        text.removeAll(keepingCapacity: true)
        let reset = decision.resetSeconds
        // In one step: each append to an array asks anew whether it is alone and has room.
        text.append(addingCapacity: bytesMax) { output in
            append(limit, decision.limit, to: &output)
            append(remaining, decision.remaining, to: &output)
            append(resetTime, (Int(now) + decision.resetMilliseconds + 999) / 1000, to: &output)
            append(policy, decision.limit, to: &output)
            append(window, decision.periodSeconds, to: &output)
            append(rest, decision.remaining, to: &output)
            append(wait, reset, to: &output)
            append(lineEnd, to: &output)
        }
    }

    /// The words, and seven numbers of twenty digits.
    private static let bytesMax = 320

    // As bytes: a text would be taken apart each time.
    private static let limit = Array("X-RateLimit-Limit: ".utf8)
    private static let remaining = Array("\r\nX-RateLimit-Remaining: ".utf8)
    private static let resetTime = Array("\r\nX-RateLimit-Reset: ".utf8)
    private static let policy = Array("\r\nRateLimit-Policy: \"default\";q=".utf8)
    private static let window = Array(";w=".utf8)
    private static let rest = Array("\r\nRateLimit: \"default\";r=".utf8)
    private static let wait = Array(";t=".utf8)
    private static let lineEnd = Array("\r\n".utf8)

    private static func append(_ words: [UInt8], to output: inout OutputSpan<UInt8>) {
        for index in words.indices { output.append(words[index]) }
    }

    private static func append(_ words: [UInt8], _ number: Int, to output: inout OutputSpan<UInt8>) {
        append(words, to: &output)
        var digits = [20 of UInt8](repeating: 0)
        var start = digits.count
        var rest = UInt(bitPattern: number)
        repeat {
            start -= 1
            digits[start] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
            rest /= 10
        } while rest > 0
        for index in start..<digits.count { output.append(digits[index]) }
    }
}
