internal import FoundationEssentials
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A backend of the test's own behind the gateway: it does with each connection what its request line says.
///
/// Real backends cannot be made to fail at a chosen byte.
public final class ScriptedUpstream: Sendable {
    private let requests: Counter

    /// How many requests were begun to be answered.
    public var requestCount: Int { requests.count.load(ordering: .relaxed) }

    private final class Counter: Sendable {
        let count = Atomic(0)
    }

    /// Listens at a socket while `body` runs.
    public static func serving<Result>(
        at path: String, _ body: (ScriptedUpstream) async throws -> Result
    ) async throws -> Result {
        try FileManager.default.createDirectory(
            atPath: URL(filePath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
        let requests = Counter()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Script(requests))
                }
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        let upstream = ScriptedUpstream(requests)
        do {
            let result = try await body(upstream)
            try await listener.close()
            return result
        } catch {
            try? await listener.close()
            throw error
        }
    }

    private init(_ requests: Counter) { self.requests = requests }

    private final class Script: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let requests: Counter

        init(_ requests: Counter) { self.requests = requests }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: unwrapInboundIn(data))
            defer { requests.count.add(1, ordering: .relaxed) }
            if text.hasPrefix("GET /drop ") || text.hasPrefix("POST /api/webhooks/drop ") {
                context.close(promise: nil)
            } else if text.hasPrefix("POST /refuse ") {
                refuseWithoutReading(context)
            } else if text.hasPrefix("GET /late ") {
                write("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf", context)
                let channel = context.channel
                context.eventLoop.scheduleTask(in: .milliseconds(700)) {
                    channel.writeAndFlush(ByteBuffer(string: "half"), promise: nil)
                }
            } else if text.contains(" HTTP/1.1\r\n") {
                write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", context)
            }
        }

        /// Reads no more, so that the gateway has bytes it cannot send when the answer and the end come.
        private func refuseWithoutReading(_ context: ChannelHandlerContext) {
            let channel = context.channel
            channel.setOption(.autoRead, value: false).whenSuccess {
                channel.eventLoop.scheduleTask(in: .milliseconds(300)) {
                    let answer = "HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\nConnection: close\r\n\r\nmuch"
                    channel.writeAndFlush(ByteBuffer(string: answer)).whenSuccess { channel.close(promise: nil) }
                }
            }
        }

        private func write(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }
    }
}
