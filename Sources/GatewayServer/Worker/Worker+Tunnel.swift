import HTTP1
import HTTP2
import Reactor
import TLSSession

/// A connection that has become another protocol's: bytes both ways, until one side ends.
extension Worker {
    /// The upstream agreed, so the client is told.
    func switchProtocols(_ stream: ClientStream, _ upstream: UpstreamConnection, _ bytes: Span<UInt8>) {
        stream.exchange.switchedProtocols()
        upstream.hasResponseHead = true
        upstream.keepsAlive = false
        counters.answers.bump(.informational)
        counters.tunnelsOpen.bump()
        stream.isTunnel = true
        stream.keepsAlive = false
        if let side = stream.client.http2 {
            // What is 101 in HTTP/1.1 is 200 to an extended CONNECT (RFC 8441, section 5).
            sendHead(stream, side, bytes, status: 200, hasEnded: false)
        } else {
            let quota = quotaLines(stream)
            ReturnedHead.write(
                responseHead, bytes, coding: .upgrade, keepsAlive: true, quota: quota.span, to: downward)
        }
    }

    /// Passes on what each side sent before the tunnel was there.
    func tunnelOpened(_ stream: ClientStream, _ upstream: UpstreamConnection, _ early: Span<UInt8>) {
        setPatience(stream, tunnelPatience)
        if !early.isEmpty { sendDownward(stream, early) }
        guard stream.handle != nil else { return resumeLater(stream.client) }
        let held = stream.heldTunnel
        stream.heldTunnel.removeAll()
        send(upstream, held.bytes)
        if stream.heldTunnelEnds { tunnelEndedByClient(stream) }
        giveCredit(stream)
    }

    /// From the client to the upstream.
    func forwardTunnel(_ stream: ClientStream, _ bytes: Span<UInt8>) {
        guard let upstream = stream.upstream else { return }
        // Who sends and takes nothing is not given more time for that.
        if stream.client.unsent.isEmpty, stream.pending.isEmpty { setPatience(stream, tunnelPatience) }
        send(upstream, bytes)
    }

    /// From the upstream to the client.
    func returnTunnel(_ stream: ClientStream, _ bytes: Span<UInt8>) {
        setPatience(stream, tunnelPatience)
        sendDownward(stream, bytes)
        flush(stream.client)
    }

    /// The client will send nothing more: the upstream is told behind all that came before.
    func tunnelEndedByClient(_ stream: ClientStream) {
        guard let upstream = stream.upstream else { return }
        upstream.endsSending = true
        if upstream.unsent.isEmpty { upstream.socket.shutDownSending() }
        setPatience(stream, Limits.lingerPatience)
    }

    /// The upstream's end came, so the tunnel is over.
    func tunnelEndedByUpstream(_ stream: ClientStream) {
        dropUpstream(of: stream)
        over(stream)
        if let side = stream.client.http2 {
            endFrames(stream, side)
            if stream.pending.isEmpty { finish(stream, side) }
        } else {
            stream.exchange.abandoned()
            stream.client.phase = .closing
        }
        flush(stream.client)
    }
}
