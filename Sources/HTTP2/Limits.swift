/// What one client may ask of a connection.
///
/// Every value is a setting; the defaults are safe for a server that faces the Internet.
public struct Limits: Sendable {
    /// Streams whose work has not ended.
    ///
    /// A stream counts until its owner releases it, not until the client resets it: resetting early gains nothing
    /// (CVE-2023-44487).
    public var streams = 100
    /// Bytes a client may send on one stream before the owner has consumed them.
    public var streamWindow = 262_144
    /// The same for all streams of the connection together.
    public var connectionWindow = 1_048_576
    /// Bytes of a head as HTTP/1.1 writes it, cookies included.
    public var headBytes = 32_768
    /// Fields of a head, cookies not counted.
    public var headFields = 100
    /// Cookie fields of a head; browsers send each cookie as a field of its own (RFC 9113, section 8.2.3).
    public var cookieFields = 100
    /// Bytes of a request's trailer section.
    public var trailerBytes = 8_192
    /// Bytes of a head as it comes, compressed and in several frames; more ends the connection.
    ///
    /// What fits is decoded even if it is too large to be taken, so that the owner can answer 431.
    public var blockBytes = 65_536
    /// CONTINUATION frames behind one HEADERS frame.
    public var continuations = 5
    /// Bytes of the HPACK table that a client may fill; allocated as it does (RFC 7541, section 4.2).
    public var headerTableBytes = 4_096
    /// Streams that the client reset or that we had to reset, in one period (CVE-2023-44487, CVE-2025-8671).
    public var resets = 200
    /// Frames without use that break no rule, in one period: empty ones, and those for streams that are gone.
    public var glitches = 200
    /// PING, SETTINGS, PRIORITY, WINDOW_UPDATE and unknown frames in one period.
    ///
    /// Each request and each DATA frame with content, either way, gives ten of them back: a busy client has reasons
    /// for them.
    public var controlFrames = 2_000
    /// The length of such a period in milliseconds.
    public var periodMilliseconds: Int64 = 30_000

    public init() {}
}
