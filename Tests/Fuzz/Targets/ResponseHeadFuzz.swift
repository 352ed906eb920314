import HTTP1
import Reactor

/// An answer's head is the same however it arrives, and what goes down is parsed there as it was here.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = input(start, count)
    var head = ResponseHead()
    requireSameVerdict(of: bytes) { outcome(&head, $0) }
    guard case .taken = outcome(&head, bytes[...]) else { return 0 }
    require((100...999).contains(head.status), "a status that is none")
    for field in head.fields { requireSafe(Array(bytes[field.value])) }
    for coding in [ReturnedHead.Coding.chunks, .none] { checkReturned(head, bytes, coding) }
    return 0
}

private func outcome(_ head: inout ResponseHead, _ bytes: ArraySlice<UInt8>) -> Outcome {
    do {
        return try head.parse(bytes.span).map(Outcome.taken) ?? .needsMore
    } catch {
        return .refused(error.status)
    }
}

private func checkReturned(_ head: borrowing ResponseHead, _ bytes: [UInt8], _ coding: ReturnedHead.Coding) {
    let buffer = Buffer(capacity: bytes.count + 128)
    let quota = Array("X-RateLimit-Limit: 5\r\n".utf8)
    ReturnedHead.write(head, bytes.span, coding: coding, keepsAlive: true, quota: quota.span, to: buffer)
    let down = buffer.bytes.array(0..<buffer.count)
    var again = ResponseHead()
    // A line of ours may be the one that is too many.
    guard down.count < ResponseHead.Limits.head, head.fields.count < ResponseHead.Limits.fields else { return }
    require(outcome(&again, down[...]) == .taken(down.count), "what goes down is no head")
    require(again.status == head.status && !again.isHTTP10, "another status goes down")
    require(again.keepsAlive, "an answer closes what it keeps")
    if coding == .chunks {
        require(again.framing(isHead: false) == head.framing(isHead: false), "another framing goes down")
    }
}
