/// Takes the chunked transfer coding apart (RFC 9112, section 7.1), byte for byte strict.
///
/// Bytes go in, cut anywhere; ranges of them that are payload come out. Chunk extensions are skipped, since nothing
/// behind this gateway acts on them. Trailers are kept as they came: see ``TrailerFields`` for what of them may pass.
public struct ChunkedDecoder: Sendable {
    public enum Limits {
        /// Bytes of one line: a chunk's size with its extension, or a trailer.
        public static let line = 4096
        /// Bytes of all trailers.
        public static let trailers = 8192
        /// Bytes of framing that the payload does not pay for.
        ///
        /// Chunks of one byte with an extension of thousands cost us as much as a body and bring nobody anything.
        public static let waste = 16 * 1024
        /// Bytes of framing that any chunk may have, besides as many as it has payload.
        static let lineAllowance = 16
    }

    enum State: Sendable {
        case size(digits: Int, value: Int)
        case sizeExtension
        case sizeLineFeed
        case payload
        case payloadReturn
        case payloadLineFeed
        case trailerStart
        case trailerName
        case trailerValue
        case trailerLineFeed
        case endLineFeed
        case ended
    }

    /// The trailers' lines, each with its CRLF; empty until the first comes, and for good if none does.
    public private(set) var trailers: [UInt8] = []

    private var state = State.size(digits: 0, value: 0)
    /// What is left of the current chunk.
    private var remaining = 0
    private var lineBytes = 0
    private var waste = 0

    public init() {}

    /// Takes the next step.
    ///
    /// - Parameters:
    ///   - bytes: What came.
    ///   - start: Where the last step stopped: the upper bound of its payload, or zero.
    /// - Returns: The next run of payload, or that there is none.
    /// - Throws: 400 as soon as a byte breaks the grammar.
    public mutating func next(_ bytes: Span<UInt8>, from start: Int) throws(HeadError) -> BodyStep {
        var index = start
        while index < bytes.count {
            if case .payload = state {
                let end = min(bytes.count, index + remaining)
                remaining -= end - index
                if remaining == 0 { state = .payloadReturn }
                return .payload(index..<end)
            }
            try take(bytes[index])
            index += 1
            if case .ended = state { return .ended(index) }
        }
        return .needsMore
    }

    private static let badChunk = HeadError.malformed("The chunked body is malformed.")

    private mutating func take(_ byte: UInt8) throws(HeadError) {
        lineBytes += 1
        guard lineBytes <= Limits.line else { throw .malformed("A line of the chunked body is too long.") }
        switch state {
        case .size(let digits, let value): try takeSize(byte, digits: digits, value: value)
        case .sizeExtension:
            if byte == Octet.carriageReturn {
                state = .sizeLineFeed
            } else if !Octet.isFieldContent(byte) {
                throw Self.badChunk
            }
        case .sizeLineFeed:
            guard byte == Octet.lineFeed else { throw Self.badChunk }
            try countWaste()
            state = remaining == 0 ? .trailerStart : .payload
        case .payloadReturn:
            guard byte == Octet.carriageReturn else { throw Self.badChunk }
            state = .payloadLineFeed
        case .payloadLineFeed:
            guard byte == Octet.lineFeed else { throw Self.badChunk }
            lineBytes = 0
            state = .size(digits: 0, value: 0)
        case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed, .endLineFeed: try takeTrailer(byte)
        case .payload, .ended: preconditionFailure("payload is not taken byte by byte, and nothing after the end")
        }
    }

    private mutating func takeSize(_ byte: UInt8, digits: Int, value: Int) throws(HeadError) {
        if let digit = Octet.hexValue(byte) {
            // Fifteen digits are 60 bits: more than any body, less than an overflow.
            guard digits < 15 else { throw Self.badChunk }
            state = .size(digits: digits + 1, value: value << 4 | digit)
            return
        }
        guard digits > 0 else { throw Self.badChunk }
        remaining = value
        switch byte {
        case Octet.carriageReturn: state = .sizeLineFeed
        case UInt8(ascii: ";"): state = .sizeExtension
        default: throw Self.badChunk
        }
    }

    /// A size line is complete: what it has beyond its allowance must not add up.
    private mutating func countWaste() throws(HeadError) {
        let paid = Limits.lineAllowance + min(remaining, Limits.line)
        waste = max(0, waste + lineBytes - paid)
        guard waste <= Limits.waste else { throw .malformed("The chunked body is mostly chunk extensions.") }
        lineBytes = 0
    }
}

// MARK: - Trailers (RFC 9112, section 7.1.2): field lines, as strict as those of a head

extension ChunkedDecoder {
    private mutating func takeTrailer(_ byte: UInt8) throws(HeadError) {
        switch state {
        case .trailerStart:
            if byte == Octet.carriageReturn {
                state = .endLineFeed
                return
            }
            guard Octet.isToken(byte) else { throw Self.badChunk }
            state = .trailerName
        case .trailerName:
            if byte == Octet.colon {
                state = .trailerValue
            } else if !Octet.isToken(byte) {
                throw Self.badChunk
            }
        case .trailerValue:
            if byte == Octet.carriageReturn {
                state = .trailerLineFeed
            } else if !Octet.isFieldContent(byte) {
                throw Self.badChunk
            }
        case .trailerLineFeed:
            guard byte == Octet.lineFeed else { throw Self.badChunk }
            lineBytes = 0
            state = .trailerStart
        default:
            guard byte == Octet.lineFeed else { throw Self.badChunk }
            state = .ended
            return
        }
        guard trailers.count < Limits.trailers else { throw HeadError(431, "The trailers are too large.") }
        trailers.append(byte)
    }
}
