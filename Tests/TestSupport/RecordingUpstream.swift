internal import FoundationEssentials
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A backend of the test's own that keeps the exact bytes of each request it got.
public final class RecordingUpstream: Sendable {
    /// One request, as far as it came.
    public struct Request: Sendable {
        /// The head with its empty line.
        public internal(set) var head: String
        /// The body as it was framed.
        public internal(set) var body = ""
        public internal(set) var isComplete = false

        /// The request line's target.
        public var target: String { head.split(separator: " ").dropFirst().first.map(String.init) ?? "" }

        /// The head's lines of this name, without regard to case.
        public func lines(_ name: String) -> [String] {
            head.split(separator: "\r\n").dropFirst().map(String.init).filter {
                $0.lowercased().hasPrefix(name.lowercased() + ":")
            }
        }
    }

    /// What to send, and when.
    public struct Reply: Sendable {
        /// What is sent as soon as the head is there.
        let atHead: String
        /// What is sent once the request is complete.
        let atEnd: String
        let closes: Bool

        public static let ok = Reply("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        public init(_ atEnd: String, atHead: String = "", closes: Bool = false) {
            self.atEnd = atEnd
            self.atHead = atHead
            self.closes = closes
        }
    }

    private let recorded = Mutex<[Request]>([])

    /// All requests whose head came, in the order of their beginning.
    public var requests: [Request] { recorded.withLock { $0 } }

    /// How many came whole.
    public var completeCount: Int { recorded.withLock { $0.count { $0.isComplete } } }

    public func forget() { recorded.withLock { $0 = [] } }

    /// Listens at a socket while `body` runs.
    ///
    /// - Parameters:
    ///   - path: The socket's path.
    ///   - reply: Decides, by a request's head, what is answered.
    ///   - body: Runs meanwhile.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws, and when there can be no socket.
    public static func serving<Result>(
        at path: String, answering reply: @escaping @Sendable (Request) -> Reply = { _ in .ok },
        _ body: (RecordingUpstream) async throws -> Result
    ) async throws -> Result {
        try FileManager.default.createDirectory(
            atPath: URL(filePath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
        let upstream = RecordingUpstream()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Recorder(upstream, reply))
                }
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        do {
            let result = try await body(upstream)
            try await listener.close()
            return result
        } catch {
            try? await listener.close()
            throw error
        }
    }

    private init() {}

    private func begin(_ head: String) -> Int {
        recorded.withLock {
            $0.append(Request(head: head))
            return $0.count - 1
        }
    }

    /// Keeps a body, unless everything was forgotten meanwhile.
    private func keep(_ index: Int, body: String, isComplete: Bool) {
        recorded.withLock {
            guard $0.indices.contains(index) else { return }
            $0[index].body = body
            $0[index].isComplete = isComplete
        }
    }

    /// One connection: takes requests apart as leniently as it can, since strictness is what is tested before it.
    private final class Recorder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let upstream: RecordingUpstream
        private let reply: @Sendable (Request) -> Reply
        private var held = ""
        private var current: (index: Int, request: Request, reply: Reply)?

        init(_ upstream: RecordingUpstream, _ reply: @escaping @Sendable (Request) -> Reply) {
            self.upstream = upstream
            self.reply = reply
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            held += String(buffer: unwrapInboundIn(data))
            while step(context) {}
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        /// - Returns: Whether there may be more to do.
        private func step(_ context: ChannelHandlerContext) -> Bool {
            guard let (index, request, reply) = current else { return begin(context) }
            guard let end = bodyEnd(request) else {
                upstream.keep(index, body: held, isComplete: false)
                return false
            }
            upstream.keep(index, body: String(held.utf8.prefix(end)) ?? "", isComplete: true)
            held = String(held.utf8.dropFirst(end)) ?? ""
            current = nil
            send(reply.atEnd, closes: reply.closes, context)
            return !held.isEmpty && !reply.closes
        }

        private func begin(_ context: ChannelHandlerContext) -> Bool {
            guard let end = held.utf8.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { return false }
            let request = Request(head: String(held[..<end]))
            held = String(held[end...])
            let reply = reply(request)
            current = (upstream.begin(request.head), request, reply)
            send(reply.atHead, closes: false, context)
            return true
        }

        /// How long the body is; nil when its end is not there yet.
        private func bodyEnd(_ request: Request) -> Int? {
            if !request.lines("Transfer-Encoding").isEmpty {
                let last =
                    held.hasPrefix("0\r\n")
                    ? held.utf8.startIndex : held.utf8.firstRange(of: Array("\r\n0\r\n".utf8))?.lowerBound
                guard let last, let end = held.utf8[last...].firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else {
                    return nil
                }
                return held.utf8.distance(from: held.utf8.startIndex, to: end)
            }
            let length = request.lines("Content-Length").first?.split(separator: " ").last.flatMap { Int($0) } ?? 0
            return held.utf8.count >= length ? length : nil
        }

        private func send(_ text: String, closes: Bool, _ context: ChannelHandlerContext) {
            guard !text.isEmpty || closes else { return }
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text))).whenComplete { _ in
                if closes { channel.close(promise: nil) }
            }
        }
    }
}
