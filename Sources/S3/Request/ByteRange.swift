/// The part of an object that a `Range` header asks for (RFC 9110, section 14).
public struct ByteRange: Equatable, Sendable {
    public let first: Int64
    public let last: Int64

    public var count: Int64 { last - first + 1 }

    /// `bytes 0-99/1000`.
    public func contentRange(of size: Int64) -> String { "bytes \(first)-\(last)/\(size)" }

    /// Reads a header against the object's size; nil where it must be ignored.
    ///
    /// That is another unit, several ranges, or no range at all.
    ///
    /// - Parameters:
    ///   - header: The value of `Range`.
    ///   - size: The object's size in bytes.
    /// - Throws: `S3Error` with `InvalidRange` when the object does not reach so far.
    public init?(_ header: String, size: Int64) throws(S3Error) {
        guard header.hasPrefix("bytes=") else { return nil }
        let bounds = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, bounds.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return nil
        }
        let unsatisfiable = S3Error(.invalidRange, "The requested range is not satisfiable.")
        switch (Self.number(bounds[0]), Self.number(bounds[1])) {
        case (nil, nil):
            return nil
        case (nil, let suffix?):
            guard suffix > 0, size > 0 else { throw unsatisfiable }
            first = max(0, size - suffix)
            last = size - 1
        case (let start?, nil):
            guard start < size else { throw unsatisfiable }
            first = start
            last = size - 1
        case (let start?, let end?):
            guard start <= end else { return nil }
            guard start < size else { throw unsatisfiable }
            first = start
            last = min(end, size - 1)
        }
    }

    /// Digits as a number; a number too large for any object counts as the largest.
    private static func number(_ digits: Substring) -> Int64? {
        digits.isEmpty ? nil : Int64(digits) ?? .max
    }
}
