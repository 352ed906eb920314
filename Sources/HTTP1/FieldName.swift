/// The field names that a gateway acts on; every other is ``other`` and passes as it came.
public enum FieldName: Sendable {
    case other
    case host
    case contentLength
    case transferEncoding
    case expect
    case connection
    case upgrade
    case te
    case trailer
    case cookie
    case requestID
    case retryAfter
    /// `X-RateLimit-…` and `RateLimit…` of an answer: the backend's give way to the gateway's.
    case rateLimit
    /// `X-TunerGate-Verified`: the backend's word to its gateway that whoever asked has proved who it is.
    case verified
    /// `X-Accel-Buffering`: the backend's word to its gateway on whether an answer may be held back.
    case accelBuffering
    /// Meant for one connection only (RFC 9110, section 7.6.1), as `Upgrade`, `TE` and `Trailer` are: never passed on.
    case hopByHop
    case forwardedFor
    case forwardedProto
    /// `Forwarded` (RFC 7239).
    case forwarded
    case realIP
    /// `CF-Connecting-IP`.
    case connectingIP
    /// Any other name of the forwarding family (`X-Forwarded-…`, `Client-IP`): never passed on.
    case forwarding
    /// A name above, or one of its family, spelled with `_` or `.`; some servers take it for the real one.
    case disguised
}
