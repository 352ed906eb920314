import GatePolicy
import HTTP1
import HTTP2
import NetworkAddress
import Reactor
import WebhookInbox

/// Webhooks that the backend does not take: each is written into a file for it, and only then answered.
///
/// A webhook is drafted from its first byte on, so that also one can be kept that was on its way when the backend died.
/// It may have had its effect then, and has it once all the same: the backend knows the ids of those that it took.
extension Worker {
    /// Begins to write a request down.
    ///
    /// - Parameters:
    ///   - bytes: Of the head in `requestHead`, whose path was read.
    ///   - address: Who the backend is told that the client is.
    /// - Returns: The draft; nil for what is no webhook of a provider that the backend knows.
    func draftWebhook(_ bytes: Span<UInt8>, from address: IPAddress) -> WebhookDraft? {
        // A spelling that the backend would not find is not kept for it either.
        guard keepsWebhooks, pathForm.isPlain, WebhookPath.isMeant(requestHead, bytes, pathForm),
            configuration.policy.verdict(requestHead, bytes, pathForm, from: address) == .allowed,
            let head = KeptWebhook(
                requestHead, bytes, pathForm, client: "\(address)", milliseconds: wallMilliseconds)
        else { return nil }
        return WebhookDraft(head, awaitsContinue: requestHead.expectsContinue, budget: draftBudget)
    }

    /// Writes a part of the body down, if its request is being drafted.
    ///
    /// - Returns: Whether the part goes up, too.
    func draftBody(_ stream: ClientStream, _ run: Span<UInt8>) -> Bool {
        guard let draft = stream.draft else { return true }
        guard !draft.take(run) else { return !stream.exchange.isKeeping }
        counters.limitHits.bump(.webhookDrafts)
        guard stream.exchange.isKeeping else {
            stream.draft = nil
            return true
        }
        giveUp(stream, draft)
        return false
    }

    /// Keeps a request instead of refusing it, if it is one of those that are kept.
    ///
    /// - Returns: Whether it is; the answer follows when it is on the disk.
    func keep(_ stream: ClientStream, insteadOf refusal: Refusal) -> Bool {
        guard refusal.isBackends, let draft = stream.draft, !stream.exchange.isKeeping else { return false }
        draft.refusal = refusal
        upward.removeAll()
        stream.heldRequest.removeAll()
        dropUpstream(of: stream)
        stream.exchange.kept()
        guard stream.exchange.receivesBody else {
            handOver(stream)
            return true
        }
        stream.periodBytes = 0
        stream.wasHeldBack = false
        setPatience(stream, stallPatience)
        if draft.awaitsContinue, !draft.hasBody { sendContinue(stream) }
        giveCredit(stream)
        // It was not read while it waited for the backend.
        if stream.client.isReadable { resumeLater(stream.client) }
        return true
    }

    private func sendContinue(_ stream: ClientStream) {
        guard let side = stream.client.http2, let handle = stream.handle else {
            return downward.append("HTTP/1.1 100 Continue\r\n\r\n" as StaticString)
        }
        side.connection.openHead(handle, status: 100, workspace: &workspace)
        side.connection.closeHead(handle, hasEnded: false, workspace: &workspace)
        collect(stream.client, side)
    }

    /// All of a kept request is here: it goes to the disk.
    func handOver(_ stream: ClientStream) {
        guard let draft = stream.draft else { preconditionFailure("a request is kept that nobody wrote down") }
        setPatience(stream, answerPatience(stream))
        lastTicket += 1
        draft.ticket = lastTicket
        beingKept[lastTicket] = stream
        guard !shared.inbox.keep(draft.handOver(), ticket: lastTicket, mail: inboxMail) else { return }
        giveUp(stream, draft)
    }

    /// It cannot be kept, or not in time: the client is told what it would have been told without an inbox.
    func giveUp(_ stream: ClientStream, _ draft: WebhookDraft) {
        if let ticket = draft.ticket { beingKept[ticket] = nil }
        stream.draft = nil
        refuse(stream, draft.refusal)
    }

    /// Answers those of whom the disk had something to say.
    func takeInboxMail() {
        for note in inboxMail.takeAll() {
            guard let stream = beingKept.removeValue(forKey: note.ticket), let draft = stream.draft,
                draft.ticket == note.ticket, stream.exchange.isKeeping, stream.client.isOpen
            else { continue }
            if note.isKept { answerKept(stream) } else { giveUp(stream, draft) }
            flush(stream.client)
            // What the client sent meanwhile is its next request.
            resumeLater(stream.client)
            checkBuffers()
        }
    }
}

extension Refusal {
    /// Whether the backend is the reason: what cannot wait for it may be kept.
    fileprivate var isBackends: Bool {
        switch kind {
        case .backendAway, .backendBusy, .badGateway, .backendTimeout: true
        default: false
        }
    }
}
