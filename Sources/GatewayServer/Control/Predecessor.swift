import Reactor

/// The gateway that still runs, as its successor sees it: one connection to its control socket.
///
/// ```
/// successor ──POST /takeover──▶ predecessor        the answer brings the listening sockets
///           ──POST /takeover/confirm──▶            the successor serves; only now the predecessor takes nothing new
/// ```
/// As long as that has not been said, either can die and the other serves on.
final class Predecessor {
    /// How long each answer may take.
    private static let patience: Int64 = 10_000
    private static let answerBytesMax = 64 * 1024

    private let socket: Socket
    private let poller: Poller

    private init(_ socket: consuming Socket) throws(SystemError) {
        poller = try Poller()
        try poller.addLevelTriggered(socket.descriptor, token: 0)
        self.socket = consume socket
    }

    /// Looks for one.
    ///
    /// - Parameter path: Its control socket.
    /// - Returns: It; nil when nobody listens there.
    /// - Throws: When it cannot be asked.
    static func find(at path: String) throws(StartError) -> Predecessor? {
        do {
            switch UnixListener.occupant(of: path) {
            case .living: return try Predecessor(try Socket.connect(unixPath: path))
            case .nothing, .stale, .otherFile: return nil
            }
        } catch {
            throw StartError("Cannot ask the running gateway for its sockets: \(error).")
        }
    }

    /// Gets the listening sockets, which both processes serve from then on.
    func takeSockets() throws(StartError) -> [InheritedListener] {
        let answer = try ask("/takeover")
        let marks = answer.body.map { HandoverMark($0) }
        guard answer.status == 200, !marks.isEmpty, marks.count == answer.descriptors.count else {
            throw StartError("The running gateway does not hand over its sockets: \(answer.summary).")
        }
        var inherited: [InheritedListener] = []
        for (mark, descriptor) in zip(marks, answer.descriptors) {
            do {
                let listener = try Listener(inheriting: descriptor)
                let endpoint = try listener.endpoint()
                guard let mark else { continue }
                inherited.append(
                    InheritedListener(consume listener, at: endpoint, door: mark.door, origin: mark.origin))
            } catch {
                throw StartError("The running gateway handed over something else than a listening socket: \(error).")
            }
        }
        return inherited
    }

    /// Says that this process serves.
    ///
    /// - Returns: Whether the sockets are ours alone now; false when the predecessor has given up on us and goes on.
    func confirm() -> Bool {
        do {
            return try ask("/takeover/confirm").status == 200
        } catch {
            // It is gone without an answer: whoever has its sockets has to serve them.
            return true
        }
    }

    private struct Answer {
        var status = 0
        var body: ArraySlice<UInt8> = []
        var descriptors: [Int32] = []

        var summary: String {
            "it answered \(status) \(String(decoding: body.prefix(500), as: UTF8.self))"
        }
    }

    private func ask(_ path: String) throws(StartError) -> Answer {
        let request = Array("POST \(path) HTTP/1.1\r\nHost: gateway\r\nContent-Length: 0\r\n\r\n".utf8)
        guard socket.send(request.span) == .bytes(request.count) else { throw Self.lost }
        var bytes: [UInt8] = []
        var answer = Answer()
        let deadline = MonotonicClock.milliseconds() + Self.patience
        while bytes.count < Self.answerBytesMax {
            switch socket.receive(into: &bytes, with: &answer.descriptors) {
            case .bytes:
                guard let head = AnswerHead(bytes), bytes.count >= head.length + head.bodyLength else { continue }
                answer.status = head.status
                answer.body = bytes[head.length..<head.length + head.bodyLength]
                return answer
            case .wouldBlock:
                let remaining = deadline - MonotonicClock.milliseconds()
                guard remaining > 0 else { throw Self.lost }
                _ = poller.wait(milliseconds: Int32(remaining))
            case .ended, .failed: throw Self.lost
            }
        }
        throw Self.lost
    }

    private static var lost: StartError { StartError("The running gateway ended, or does not answer.") }
}

/// The little that has to be known of an answer's head.
struct AnswerHead: Equatable {
    let status: Int
    /// Of the head itself.
    let length: Int
    let bodyLength: Int

    /// Nil while the head is incomplete, and for whatever is none.
    init?(_ bytes: [UInt8]) {
        guard bytes.count > 3, let end = (3..<bytes.count).first(where: { Self.endsHead(bytes, at: $0) }) else {
            return nil
        }
        let lines = String(decoding: bytes[...(end - 4)], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count > 1, words[0] == "HTTP/1.1", let status = Int(words[1]) else { return nil }
        let field = lines.first { $0.lowercased().hasPrefix("content-length:") }
        let value = field?.split(separator: ":").last?.drop { $0 == " " } ?? "0"
        guard let bodyLength = Int(value), 0...1_000_000 ~= bodyLength else { return nil }
        self.status = status
        self.bodyLength = bodyLength
        length = end + 1
    }

    private static func endsHead(_ bytes: [UInt8], at index: Int) -> Bool {
        bytes[index - 3] == 13 && bytes[index - 2] == 10 && bytes[index - 1] == 13 && bytes[index] == 10
    }
}
