/// Takes the framing of `aws-chunked` off a body, whatever the cuts at which it arrives.
///
///     size ──CRLF──▶ data ──▶ CRLF ──▶ size … "0" CRLF ──▶ trailer lines ──▶ empty line: done
///
/// Bytes in, bytes out; no I/O. Held between two calls are one line, at most, and the trailer.
public struct AWSChunkedDecoder: Sendable {
    public static let chunkBytesMax = 16 * 1024 * 1024
    static let sizeLineBytesMax = 1024
    static let trailerBytesMax = 8192

    private enum State: Equatable {
        case size
        case data(left: Int)
        case dataEnd
        case trailer
        case done
    }

    private var state = State.size
    private var line: [UInt8] = []
    private var trailerBytes = 0
    private var trailerFields: [(name: String, value: String)] = []

    public init() {}

    /// Decodes one cut of the body.
    ///
    /// - Parameters:
    ///   - input: The next bytes, any number of them.
    ///   - output: Where the object's bytes are appended.
    /// - Throws: `S3Error` when the framing is broken or over its limits.
    public mutating func decode(_ input: [UInt8], into output: inout [UInt8]) throws(S3Error) {
        var index = 0
        while index < input.count {
            if case .data(let left) = state {
                let end = min(index + left, input.count)
                output.append(contentsOf: input[index..<end])
                state = end - index == left ? .dataEnd : .data(left: left - (end - index))
                index = end
            } else {
                if let line = try takeLine(input[index]) { try lineEnded(line) }
                index += 1
            }
        }
    }

    /// The trailer fields, when the body has ended as it should.
    ///
    /// - Throws: `S3Error` with `IncompleteBody` when it ended before its end.
    public func finish() throws(S3Error) -> HeaderList {
        guard state == .done else { throw S3Error(.incompleteBody, "The body ended before its last chunk.") }
        return HeaderList(trailerFields)
    }

    private mutating func takeLine(_ byte: UInt8) throws(S3Error) -> [UInt8]? {
        guard byte == UInt8(ascii: "\n") else {
            line.append(byte)
            guard line.count <= lineBytesMax else { throw Self.broken }
            return nil
        }
        guard line.last == UInt8(ascii: "\r") else { throw Self.broken }
        defer { line.removeAll(keepingCapacity: true) }
        return Array(line.dropLast())
    }

    private var lineBytesMax: Int {
        switch state {
        case .size: Self.sizeLineBytesMax
        case .trailer: Self.trailerBytesMax - trailerBytes
        case .data, .dataEnd, .done: 1
        }
    }

    private mutating func lineEnded(_ line: [UInt8]) throws(S3Error) {
        switch state {
        case .size:
            let size = try Self.chunkSize(line)
            state = size == 0 ? .trailer : .data(left: size)
        case .dataEnd where line.isEmpty:
            state = .size
        case .trailer where line.isEmpty:
            state = .done
        case .trailer:
            trailerBytes += line.count
            trailerFields.append(try Self.field(line))
        case .done where line.isEmpty:
            break
        case .data, .dataEnd, .done:
            throw Self.broken
        }
    }

    /// The digits before a `;`, behind which signing clients put a signature that is not asked for here.
    private static func chunkSize(_ line: [UInt8]) throws(S3Error) -> Int {
        let digits = line.prefix { $0 != UInt8(ascii: ";") }
        guard (1...8).contains(digits.count) else { throw broken }
        var size = 0
        for digit in digits {
            guard let value = Hexadecimal.value(digit) else { throw broken }
            size = size << 4 | Int(value)
        }
        guard size <= chunkBytesMax else {
            throw S3Error(.invalidRequest, "A chunk may have \(chunkBytesMax) bytes.")
        }
        return size
    }

    private static func field(_ line: [UInt8]) throws(S3Error) -> (name: String, value: String) {
        let malformed = S3Error(.malformedTrailer, "The trailer cannot be read.")
        guard let text = String(validating: line, as: UTF8.self) else { throw malformed }
        let pair = text.split(separator: ":", maxSplits: 1)
        guard pair.count == 2 else { throw malformed }
        return (String(pair[0]), pair[1].split(separator: " ").joined(separator: " "))
    }

    private static let broken = S3Error(.invalidRequest, "The aws-chunked framing of the body is broken.")
}
