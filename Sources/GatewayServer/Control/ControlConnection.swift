import HTTP1
import Reactor

/// One connection of the control socket: a request, its answer, the end.
///
/// Only a successor that takes over, and who waits for an upgrade, is kept longer.
final class ControlConnection {
    let token: UInt64
    let socket: Socket
    let peer: PeerProcess
    /// When it is closed, whatever it waits for.
    var deadline: Int64
    /// Whether its request was taken and its answer is still to come, so that silence is no fault of its.
    var isHeld = false
    private var inbox: [UInt8] = []
    private var outbox = ByteQueue()
    private var closesWhenSent = false
    private var isHead = false

    init(token: UInt64, socket: consuming Socket, peer: PeerProcess, deadline: Int64) {
        self.token = token
        self.socket = consume socket
        self.peer = peer
        self.deadline = deadline
    }

    enum News: Equatable {
        case none
        case request(ControlRequest)
        case closed
    }

    /// Reads what has come, and sends what waits.
    ///
    /// Registered edge-triggered: so until there is nothing more to do.
    func proceed(buffer: Buffer, head: inout RequestHead) -> News {
        if closesWhenSent { return flush() ? .closed : .none }
        while true {
            buffer.removeAll()
            switch socket.receive(into: buffer) {
            case .bytes:
                let buffer = buffer
                for index in buffer.bytes.indices { inbox.append(buffer.bytes[index]) }
                guard inbox.count <= ControlRequest.headBytesMax + ControlRequest.bodyBytesMax else { return .closed }
            case .wouldBlock: return takeRequest(&head)
            // A request whose sender says no more is still answered; one that waits for its answer is not asked for.
            case .ended: return isHeld ? .closed : atEnd(&head)
            case .failed: return .closed
            }
        }
    }

    private func atEnd(_ head: inout RequestHead) -> News {
        let news = takeRequest(&head)
        return news == .none && !closesWhenSent ? .closed : news
    }

    private func takeRequest(_ head: inout RequestHead) -> News {
        guard !isHeld, !closesWhenSent else { return .none }
        switch ControlRequest.read(inbox, head: &head) {
        case .incomplete: return .none
        case .refused(let status, let detail): return answer(.refusal(status, detail)) ? .closed : .none
        case .request(let request, let end):
            inbox.removeFirst(end)
            isHead = request.method == "HEAD"
            return .request(request)
        }
    }

    /// Sends an answer and, when it is gone, wants to be closed.
    ///
    /// - Returns: Whether all of it is gone.
    func answer(_ answer: ControlAnswer) -> Bool {
        isHeld = false
        closesWhenSent = true
        outbox.append(answer.bytes(isHead: isHead).span)
        return flush()
    }

    /// Sends an answer whose body is one mark for each descriptor that comes with it, and goes on listening.
    ///
    /// - Returns: Whether all of it went.
    func hand(over sockets: [(mark: HandoverMark, descriptor: Int32)]) -> Bool {
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: \(sockets.count)\r\n\r\n"
        outbox.append(Array(head.utf8).span)
        guard flush(), outbox.isEmpty else { return false }
        var start = 0
        while start < sockets.count {
            let part = sockets[start..<min(sockets.count, start + Socket.descriptorsMax)]
            guard socket.send(part.map(\.mark.byte), with: part.map(\.descriptor)) == .bytes(part.count) else {
                return false
            }
            start = part.endIndex
        }
        return true
    }

    /// Sends what waits.
    ///
    /// - Returns: Whether nothing waits any more, or nobody takes it.
    private func flush() -> Bool {
        while !outbox.isEmpty {
            let waiting = outbox
            switch socket.send(waiting.bytes) {
            case .bytes(let count): outbox.removeFirst(count)
            case .wouldBlock: return false
            case .ended, .failed: return true
            }
        }
        return true
    }
}
