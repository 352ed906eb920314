import HTTP1

/// A head is the same head however it arrives, and what it is made of cannot end a line.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let whole = input(start, count)
    for limits in [HeadLimits(), HeadLimits(bytes: 300, fields: 4, targetBytes: 40)] {
        head.limits = limits
        // Beyond the limit the reason depends on what came first: the fault or the last byte that is allowed.
        let bytes = Array(whole.prefix(limits.bytes))
        requireSameVerdict(of: bytes) { outcome(&head, $0) }
        guard case .taken(let end) = outcome(&head, bytes[...]) else { continue }
        require(end <= min(bytes.count, limits.bytes) && head.fields.count <= limits.fields, "a limit does not hold")
        check(head, bytes)
        checkRewritten(head, bytes)
    }
    return 0
}

/// Kept and used again, as a worker does.
nonisolated(unsafe) private var head = RequestHead()

private func outcome(_ head: inout RequestHead, _ bytes: ArraySlice<UInt8>) -> Outcome {
    do {
        return try head.parse(bytes.span).map(Outcome.taken) ?? .needsMore
    } catch {
        return .refused(error.status)
    }
}

private func check(_ head: borrowing RequestHead, _ bytes: [UInt8]) {
    require(!head.method.isEmpty && !head.target.isEmpty, "a head without a method or a target")
    require(!bytes[head.target].contains { $0 <= 0x20 || $0 == 0x7f }, "a target holds a blank or a control character")
    var end = head.target.upperBound + 11
    for field in head.fields {
        require(field.line.lowerBound == end, "bytes between two lines")
        end = field.line.upperBound
        require(bytes[field.line].suffix(2) == [0x0d, 0x0a], "a line without CRLF")
        requireSafe(Array(bytes[field.value]))
        require(
            !field.nameBytes.isEmpty && !bytes[field.nameBytes].contains { $0 <= 0x20 || $0 >= 0x7f || $0 == 0x3a },
            "a name that is none")
    }
    if head.asksForWebSocket { require(!head.isHTTP10, "HTTP/1.0 knows no upgrade") }
    if case .chunked = head.framing { require(!head.isHTTP10, "HTTP/1.0 knows no chunks") }
}

/// The same words written anew are the same head.
private func checkRewritten(_ head: borrowing RequestHead, _ bytes: [UInt8]) {
    var text =
        bytes[head.method] + [0x20] + bytes[head.target]
        + Array(head.isHTTP10 ? " HTTP/1.0\r\n".utf8 : " HTTP/1.1\r\n".utf8)
    for field in head.fields { text += bytes[field.nameBytes] + [0x3a, 0x20] + bytes[field.value] + [0x0d, 0x0a] }
    text += [0x0d, 0x0a]
    // The blank that was not there may be one byte too many for the limit.
    var again = RequestHead(limits: HeadLimits(bytes: 1 << 20, fields: head.fields.count, targetBytes: 1 << 20))
    require(outcome(&again, text[...]) == .taken(text.count), "a head is another one when written anew")
    require(
        again.framing == head.framing && again.keepsAlive == head.keepsAlive, "its meaning changes when written anew")
    require(Array(text[again.host]) == Array(bytes[head.host]), "its host changes when written anew")
}
