import HTTP1
import Reactor

/// Answers in the gateway's own name.
extension Worker {
    /// Refuses the current request, or what was to become one, and ends the connection behind the answer where nobody
    /// knows what would follow.
    func refuse(_ stream: ClientStream, _ refusal: Refusal) {
        let client = stream.client
        guard client.isOpen, !keep(stream, insteadOf: refusal) else { return }
        stream.draft = nil
        upward.removeAll()
        counters.refusals.bump(refusal.kind)
        counters.answers.bump(.init(status: refusal.status))
        stream.status = refusal.status
        over(stream)
        let hasEnded = stream.exchange.refused()
        dropUpstream(of: stream)
        let quota = quotaLines(stream)
        if let side = client.http2 {
            ownAnswer.removeAll()
            refusal.write(to: ownAnswer, isHead: stream.answersHead, keepsAlive: true, quota: quota.span)
            return sendOwnAnswer(stream, side)
        }
        // A client that broke the rules is not believed to know where its next request begins.
        let keepsAlive = hasEnded && stream.keepsAlive && refusal.keepsConnection && phase == .serving
        refusal.write(to: downward, isHead: stream.answersHead, keepsAlive: keepsAlive, quota: quota.span)
        guard keepsAlive else {
            client.phase = .closing
            return
        }
        nextExchange(client)
        // What waits behind it is taken in the next turn: its bytes may still be on their way into `held`.
        resumeLater(client)
    }

    func answer(_ stream: ClientStream, _ own: OwnHealth) {
        answer(stream, status: own.status) { buffer, keepsAlive, quota in
            own.write(to: buffer, isHead: stream.answersHead, keepsAlive: keepsAlive, quota: quota.span)
        }
    }

    /// The request is on the disk.
    func answerKept(_ stream: ClientStream) {
        stream.draft = nil
        answer(stream, status: KeptAnswer.status) { buffer, keepsAlive, quota in
            KeptAnswer.write(to: buffer, keepsAlive: keepsAlive, quota: quota.span)
        }
    }

    private func answer(_ stream: ClientStream, status: Int, write: (Buffer, Bool, [UInt8]) -> Void) {
        counters.answers.bump(.init(status: status))
        stream.status = status
        over(stream)
        let hasEnded = stream.exchange.refused()
        let quota = quotaLines(stream)
        if let side = stream.client.http2 {
            ownAnswer.removeAll()
            write(ownAnswer, true, quota)
            return sendOwnAnswer(stream, side)
        }
        let keepsAlive = hasEnded && stream.keepsAlive && phase == .serving
        write(downward, keepsAlive, quota)
        if keepsAlive { nextExchange(stream.client) } else { stream.client.phase = .closing }
    }

    /// Puts what is in `ownAnswer` into HTTP/2's form.
    private func sendOwnAnswer(_ stream: ClientStream, _ side: HTTP2Side) {
        let answer = ownAnswer
        guard let length = try? responseHead.parse(answer.bytes) else {
            preconditionFailure("an answer of our own is no HTTP")
        }
        let body = answer.bytes.extracting(length...)
        sendHead(stream, side, answer.bytes, status: responseHead.status, hasEnded: body.isEmpty, isOwn: true)
        sendFrames(stream, side, body, hasEnded: true)
        answer.removeAll()
        if stream.pending.isEmpty { finish(stream, side) }
    }
}
