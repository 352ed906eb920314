import RateLimit

/// How a request was counted, so that it can be told and taken back.
struct RatePermit {
    let policy: QuotaPolicy
    let client: UInt128
    /// When, in the limiter's milliseconds: another worker's clock may be ahead of ours.
    let time: Int64
    let decision: RateDecision
}
