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

    /// Appends a field's value: fewer than 127 bytes, whose length HPACK tells in one byte.
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
        let (remaining, wait) = (max(0, decision.remaining), decision.resetSeconds)
        switch field {
        case .limit: bytes += "\(decision.limit)".utf8
        case .remaining: bytes += "\(remaining)".utf8
        case .reset: bytes += "\(reset(decision, unixMilliseconds))".utf8
        case .retryAfter: bytes += "\(wait)".utf8
        case .policy:
            bytes += policy
            bytes += ";q=\(decision.limit);w=\(decision.periodSeconds)".utf8
        case .rateLimit:
            bytes += policy
            bytes += ";r=\(remaining);t=\(wait)".utf8
        }
    }

    /// In Unix seconds.
    static func reset(_ decision: RateDecision, _ unixMilliseconds: Int64) -> Int {
        Int((unixMilliseconds + Int64(decision.resetMilliseconds) + 999) / 1000)
    }
}
