/// The same as the lines of an HTTP/1.1 head.
extension QuotaFields {
    /// Writes the lines, each with its end, but for `Retry-After`.
    ///
    /// - Parameters:
    ///   - decision: What became of the request.
    ///   - policy: The rule's name in quotes.
    ///   - unixMilliseconds: Now.
    ///   - text: Emptied first; its memory is used again.
    public static func write(
        _ decision: RateDecision, policy: Span<UInt8>, unixMilliseconds: Int64, to text: inout [UInt8]
    ) {
        text.removeAll(keepingCapacity: true)
        line(limit, .limit, decision, policy, unixMilliseconds, to: &text)
        line(remaining, .remaining, decision, policy, unixMilliseconds, to: &text)
        line(reset, .reset, decision, policy, unixMilliseconds, to: &text)
        line(policyName, .policy, decision, policy, unixMilliseconds, to: &text)
        line(rateLimit, .rateLimit, decision, policy, unixMilliseconds, to: &text)
    }

    /// Writes the lines of the rule for all that no other is for.
    ///
    /// - Parameters:
    ///   - decision: What became of the request.
    ///   - now: Milliseconds since 1970, UTC.
    ///   - text: Emptied first; its memory is used again.
    public static func write(_ decision: RateDecision, now: Int64, to text: inout [UInt8]) {
        write(decision, policy: fallback.span, unixMilliseconds: now, to: &text)
    }

    private static func line(
        _ name: [UInt8], _ field: Field, _ decision: RateDecision, _ policy: Span<UInt8>, _ now: Int64,
        to text: inout [UInt8]
    ) {
        text.append(contentsOf: name)
        // In one step: each append to an array asks anew whether it is alone and has room.
        text.append(addingCapacity: valueBytesMax + 2) { output in
            append(field, decision, policy, now, to: &output)
            output.append(UInt8(ascii: "\r"))
            output.append(UInt8(ascii: "\n"))
        }
    }

    // As bytes: a text would be taken apart each time.
    private static let limit = Array("X-RateLimit-Limit: ".utf8)
    private static let remaining = Array("X-RateLimit-Remaining: ".utf8)
    private static let reset = Array("X-RateLimit-Reset: ".utf8)
    private static let policyName = Array("RateLimit-Policy: ".utf8)
    private static let rateLimit = Array("RateLimit: ".utf8)
    /// The name, in quotes, of the rule for all that no other is for.
    static let fallback = Array("\"default\"".utf8)
}
