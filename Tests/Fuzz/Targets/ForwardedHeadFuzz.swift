import HTTP1
import Reactor

/// What goes up is parsed there as what was accepted here, and nobody but us speaks of the client.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = input(start, count)
    guard case .some(.some) = try? head.parse(bytes.span) else { return 0 }
    let buffer = Buffer(capacity: bytes.count + 512)
    let identity = Array("X-Forwarded-For: 192.0.2.1\r\nX-Real-IP: 192.0.2.1\r\nForwarded: for=192.0.2.1\r\n".utf8)
    ForwardedHead.write(
        head, bytes.span, identity: identity.span, requestID: 7, asksForTunnel: head.asksForWebSocket, to: buffer)
    let up = buffer.bytes.array(0..<buffer.count)
    guard case .some(.some(let end)) = try? again.parse(up.span) else { fatalError("what goes up is no head") }
    require(end == up.count, "bytes behind the head that goes up")
    require(Array(up[again.method]) == Array(bytes[head.method]), "another method goes up")
    require(Array(up[again.target]) == Array(bytes[head.target]), "another target goes up")
    require(again.framing == head.framing && !again.isHTTP10, "another framing goes up")
    require(head.host.isEmpty || Array(up[again.host]) == Array(bytes[head.host]), "another host goes up")
    let family: Set<FieldName> = [
        .forwardedFor, .forwardedProto, .forwarded, .realIP, .connectingIP, .forwarding, .disguised,
    ]
    let ours = again.fields.filter { family.contains($0.name) }
    // X-Forwarded-For, X-Real-IP, Forwarded, and X-Forwarded-Host where there is a host.
    require(ours.count == (head.host.isEmpty ? 3 : 4), "the client speaks of itself")
    require(ours.allSatisfy { $0.name != .disguised }, "a disguised name goes up")
    require(again.asksForWebSocket == head.asksForWebSocket, "an upgrade is asked for that was not")
    return 0
}

/// Kept and used again, as a worker does.
nonisolated(unsafe) private var head = RequestHead()
nonisolated(unsafe) private var again = RequestHead(
    limits: HeadLimits(bytes: 1 << 20, fields: 1000, targetBytes: 1 << 20))
