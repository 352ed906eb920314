/// What the next bytes of a body were.
public enum BodyStep: Equatable, Sendable {
    /// Payload, as a range of the bytes given.
    case payload(Range<Int>)
    /// All bytes were taken; more are needed.
    case needsMore
    /// The body ends at this index of the bytes given; what follows is the next message.
    case ended(Int)
}

/// Finds a body's payload and its end among the bytes of a connection, whatever its framing.
public enum BodyReader: Sendable {
    case length(remaining: Int)
    case chunked(ChunkedDecoder)
    case untilClose

    public init(_ framing: BodyFraming) {
        switch framing {
        case .none: self = .length(remaining: 0)
        case .length(let length): self = .length(remaining: length)
        case .chunked: self = .chunked(ChunkedDecoder())
        case .untilClose: self = .untilClose
        }
    }

    /// Takes the next step, as ``ChunkedDecoder/next(_:from:)`` does.
    public mutating func next(_ bytes: Span<UInt8>, from start: Int) throws(HeadError) -> BodyStep {
        switch self {
        case .length(let remaining):
            guard remaining > 0 else { return .ended(start) }
            guard start < bytes.count else { return .needsMore }
            let end = min(bytes.count, start + remaining)
            self = .length(remaining: remaining - (end - start))
            return .payload(start..<end)
        case .chunked(var decoder):
            // Given up before the decoder goes on, or its trailers would be copied for each step.
            self = .untilClose
            defer { self = .chunked(decoder) }
            return try decoder.next(bytes, from: start)
        case .untilClose:
            return start < bytes.count ? .payload(start..<bytes.count) : .needsMore
        }
    }

    /// Takes all of the bytes that belong to the body.
    ///
    /// - Parameters:
    ///   - bytes: What came.
    ///   - start: Where the body goes on in it.
    ///   - payload: Gets each run of payload, in order.
    /// - Returns: Where the body ended, or how many bytes there were.
    /// - Throws: What ``next(_:from:)`` throws; the runs before it were passed on.
    public mutating func take(
        _ bytes: Span<UInt8>, from start: Int, payload: (Range<Int>) -> Void
    ) throws(HeadError) -> (index: Int, hasEnded: Bool) {
        var index = start
        while true {
            switch try next(bytes, from: index) {
            case .payload(let range):
                payload(range)
                index = range.upperBound
            case .needsMore: return (bytes.count, false)
            case .ended(let end): return (end, true)
            }
        }
    }

    /// The lines of the trailers that came, each with its CRLF; see ``TrailerFields`` for what of them may pass.
    public var trailers: [UInt8] {
        if case .chunked(let decoder) = self { decoder.trailers } else { [] }
    }

    public var isUntilClose: Bool {
        if case .untilClose = self { true } else { false }
    }
}
