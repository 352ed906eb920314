/// Encodes the heads and trailers of answers.
///
/// Fields are literals without indexing (RFC 7541, section 6.2.2), not compressed: no table per connection, no state to
/// disagree about, and no look-up per field.
extension Workspace {
    /// Begins a HEADERS frame; its header is filled in by `closeFields`.
    mutating func openFields(withoutTable: Bool) {
        headStart = output.count
        output.appendFrameHeader(.headers, stream: 0, length: 0)
        // Said once, in the first block: our table stays empty (RFC 7541, section 6.3).
        if withoutTable { output.append(0x20) }
    }

    mutating func addStatus(_ status: Int) {
        precondition((100...999).contains(status), "a status has three digits")
        switch status {
        case 200: output.append(0x88)
        case 204: output.append(0x89)
        case 206: output.append(0x8a)
        case 304: output.append(0x8b)
        case 400: output.append(0x8c)
        case 404: output.append(0x8d)
        case 500: output.append(0x8e)
        default:
            // The name of entry 8, and three digits.
            output.append(0x08)
            output.append(0x03)
            output.append(UInt8(0x30 + status / 100))
            output.append(UInt8(0x30 + status / 10 % 10))
            output.append(UInt8(0x30 + status % 10))
        }
    }

    /// Adds a field to the head or trailers that was opened last.
    ///
    /// The name is lower-cased; fields that speak of an HTTP/1 connection are left out (RFC 9113, section 8.2.2).
    public mutating func addField(name: Span<UInt8>, value: Span<UInt8>) {
        guard !Self.speaksOfConnection(name) else { return }
        // Each length takes at most five bytes.
        output.append(addingCapacity: name.count + value.count + 11) { output in
            output.append(0x00)
            output.append(length: name.count)
            for index in name.indices { output.append(Octet.lowercased(name[index])) }
            output.append(length: value.count)
            for index in value.indices { output.append(value[index]) }
        }
    }

    private static func speaksOfConnection(_ name: Span<UInt8>) -> Bool {
        switch name.count {
        case 7: name.isLowercase("upgrade")
        case 10: name.isLowercase("connection") || name.isLowercase("keep-alive")
        case 16: name.isLowercase("proxy-connection")
        case 17: name.isLowercase("transfer-encoding")
        default: false
        }
    }

    /// Ends the block, and cuts it into frames that the client must take.
    mutating func closeFields(stream: UInt32, hasEnded: Bool) {
        let length = output.count - headStart - FrameHeader.size
        let ending = hasEnded ? FrameFlags.endStream : 0
        let first = min(length, FrameHeader.payloadMax)
        let isWhole = first == length
        output.writeFrameHeader(
            at: headStart, .headers, flags: isWhole ? ending | FrameFlags.endHeaders : ending, stream: stream,
            length: first)
        var start = headStart + FrameHeader.size + first
        while start < output.count {
            let count = min(output.count - start, FrameHeader.payloadMax)
            let isLast = start + count == output.count
            output.insert(contentsOf: repeatElement(0, count: FrameHeader.size), at: start)
            output.writeFrameHeader(
                at: start, .continuation, flags: isLast ? FrameFlags.endHeaders : 0, stream: stream, length: count)
            start += FrameHeader.size + count
        }
    }

    /// Takes back what was written since the head was opened.
    mutating func dropFields() {
        output.removeSubrange(headStart...)
    }
}

extension OutputSpan<UInt8> {
    /// The length of a string that is not compressed (RFC 7541, section 5.1, with a prefix of seven bits).
    @_lifetime(self: copy self)
    fileprivate mutating func append(length: Int) {
        guard length >= 0x7f else { return append(UInt8(length)) }
        append(0x7f)
        var rest = length - 0x7f
        while rest >= 0x80 {
            append(UInt8(rest & 0x7f | 0x80))
            rest >>= 7
        }
        append(UInt8(rest))
    }
}

extension Span<UInt8> {
    fileprivate func isLowercase(_ text: String) -> Bool {
        var index = 0
        for byte in text.utf8 {
            guard index < count, Octet.lowercased(self[index]) == byte else { return false }
            index += 1
        }
        return index == count
    }
}
