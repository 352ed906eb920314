/// Takes the chunked transfer coding apart (RFC 9112, section 7.1), byte for byte strict.
///
/// Bytes go in, cut anywhere; ranges of them that are payload come out. Chunk extensions are skipped and trailers are
/// dropped: nothing behind this gateway acts on either.
public struct ChunkedDecoder: Sendable {
    public enum Limits {
        /// Bytes of one line: a chunk's size with its extension, or a trailer.
        public static let line = 4096
        /// Bytes of all trailers.
        public static let trailers = 8192
    }

    private enum State: Sendable {
        case size(digits: Int, value: Int)
        case sizeExtension
        case sizeLineFeed
        case payload
        case payloadReturn
        case payloadLineFeed
        case trailerStart
        case trailer
        case trailerLineFeed
        case endLineFeed
        case ended
    }

    private var state = State.size(digits: 0, value: 0)
    /// What is left of the current chunk.
    private var remaining = 0
    private var lineBytes = 0
    private var trailerBytes = 0

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
            lineBytes = 0
            state = remaining == 0 ? .trailerStart : .payload
        case .payloadReturn:
            guard byte == Octet.carriageReturn else { throw Self.badChunk }
            state = .payloadLineFeed
        case .payloadLineFeed:
            guard byte == Octet.lineFeed else { throw Self.badChunk }
            lineBytes = 0
            state = .size(digits: 0, value: 0)
        case .trailerStart, .trailer, .trailerLineFeed, .endLineFeed: try takeTrailer(byte)
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

    private mutating func takeTrailer(_ byte: UInt8) throws(HeadError) {
        trailerBytes += 1
        guard trailerBytes <= Limits.trailers else { throw HeadError(431, "The trailers are too large.") }
        switch state {
        case .trailerStart:
            if byte == Octet.carriageReturn {
                state = .endLineFeed
            } else {
                guard Octet.token.contains(byte) else { throw Self.badChunk }
                state = .trailer
            }
        case .trailer:
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
        }
    }
}
