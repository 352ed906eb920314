/// The header fields by which a client is told its limit, written as bytes.
///
/// `X-RateLimit-…` as the operations guide has them, and `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-
/// ratelimit-headers-10). `X-RateLimit-Reset` is the one point in time, in Unix seconds; all else are seconds from now.
/// All are rounded up, because who comes back early is refused again.
public enum QuotaFields {
    /// One of the fields.
    public enum Field: CaseIterable, Sendable {
        case limit
        case remaining
        case reset
        case policy
        case rateLimit
        /// On a refusal only.
        case retryAfter

        public var name: StaticString {
            switch self {
            case .limit: "X-RateLimit-Limit"
            case .remaining: "X-RateLimit-Remaining"
            case .reset: "X-RateLimit-Reset"
            case .policy: "RateLimit-Policy"
            case .rateLimit: "RateLimit"
            case .retryAfter: "Retry-After"
            }
        }
    }

    /// Room for one value: a name in quotes, two numbers and their keys.
    ///
    /// HPACK tells a length below 127 in one byte.
    static let valueBytesMax = 126

    /// Appends a field's value.
    ///
    /// - Parameters:
    ///   - field: Which one.
    ///   - decision: What became of the request.
    ///   - policy: The rule's name in quotes: one of ``RuleTable/policyNames``.
    ///   - unixMilliseconds: Now.
    ///   - bytes: What it is appended to.
    public static func append(
        _ field: Field, of decision: RateDecision, policy: [UInt8], unixMilliseconds: Int64, to bytes: inout [UInt8]
    ) {
        bytes.append(addingCapacity: valueBytesMax) { append(field, decision, policy.span, unixMilliseconds, to: &$0) }
    }

    static func append(
        _ field: Field, _ decision: RateDecision, _ policy: Span<UInt8>, _ unixMilliseconds: Int64,
        to output: inout OutputSpan<UInt8>
    ) {
        switch field {
        case .limit: append(decision.limit, to: &output)
        case .remaining: append(decision.remaining, to: &output)
        case .reset: append(reset(decision, unixMilliseconds), to: &output)
        case .retryAfter: append(decision.resetSeconds, to: &output)
        case .policy:
            append(policy, to: &output)
            append(UInt8(ascii: "q"), decision.limit, to: &output)
            append(UInt8(ascii: "w"), decision.periodSeconds, to: &output)
        case .rateLimit:
            append(policy, to: &output)
            append(UInt8(ascii: "r"), decision.remaining, to: &output)
            append(UInt8(ascii: "t"), decision.resetSeconds, to: &output)
        }
    }

    /// How many bytes the value has; fewer than ``valueBytesMax``.
    static func length(
        _ field: Field, _ decision: RateDecision, _ policy: Span<UInt8>, _ unixMilliseconds: Int64
    ) -> Int {
        switch field {
        case .limit: digits(decision.limit)
        case .remaining: digits(decision.remaining)
        case .reset: digits(reset(decision, unixMilliseconds))
        case .retryAfter: digits(decision.resetSeconds)
        case .policy: policy.count + 6 + digits(decision.limit) + digits(decision.periodSeconds)
        case .rateLimit: policy.count + 6 + digits(decision.remaining) + digits(decision.resetSeconds)
        }
    }

    /// In Unix seconds.
    private static func reset(_ decision: RateDecision, _ unixMilliseconds: Int64) -> Int {
        Int((unixMilliseconds + Int64(decision.resetMilliseconds) + 999) / 1000)
    }

    /// How many digits a number has; one that is negative counts as zero.
    private static func digits(_ number: Int) -> Int {
        var (count, bound) = (1, 10)
        while count < 19, number >= bound {
            count += 1
            bound &*= 10
        }
        return count
    }

    /// A parameter of a structured field: `;q=100`.
    private static func append(_ key: UInt8, _ number: Int, to output: inout OutputSpan<UInt8>) {
        output.append(UInt8(ascii: ";"))
        output.append(key)
        output.append(UInt8(ascii: "="))
        append(number, to: &output)
    }

    static func append(_ text: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
        for index in text.indices { output.append(text[index]) }
    }

    /// Digit by digit: a string would be an allocation.
    private static func append(_ number: Int, to output: inout OutputSpan<UInt8>) {
        var digits = [20 of UInt8](repeating: 0)
        var (rest, first) = (UInt(max(0, number)), digits.count)
        repeat {
            first -= 1
            digits[first] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
            rest /= 10
        } while rest > 0
        for index in first..<digits.count { output.append(digits[index]) }
    }
}
