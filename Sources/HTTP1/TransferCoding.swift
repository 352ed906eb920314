/// The codings of a message on its way (RFC 9112, sections 6.1 and 7).
enum TransferCoding {
    /// What to say of a coding that is not `chunked`, once and alone.
    ///
    /// A list with `chunked` in it is a framing trick; any other coding is just one we do not have.
    static func refusal(_ value: Span<UInt8>) -> HeadError {
        for index in value.indices where value.extracting(index...).hasPrefix("chunked") {
            return .malformed("Transfer-Encoding must be chunked, once and alone.")
        }
        guard !value.isEmpty else { return .malformed("Transfer-Encoding is empty.") }
        return HeadError(501, "The only transfer coding this server knows is chunked.")
    }

    /// Whether a value of `TE` lists `trailers`.
    static func namesTrailers(_ value: Span<UInt8>) -> Bool {
        var start = 0
        while start < value.count {
            var end = start
            while end < value.count, value[end] != Octet.comma { end += 1 }
            if value.extracting(start..<end).trimmingBlanks().equalsIgnoringCase("trailers") { return true }
            start = end + 1
        }
        return false
    }
}
