internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// A client that sends exact bytes, plain or over TLS, and can wait for what it is answered in between.
public struct WireClient: Sendable {
    public enum Step: Sendable {
        case send([UInt8])
        /// Waits until this was received.
        case await(String)
        /// Waits, so that what comes next is read by itself.
        case pause(Duration)
    }

    /// What came back.
    public struct Received: Sendable {
        public let text: String
        /// Whether the other side closed.
        public let isClosed: Bool

        /// The statuses of all answers, in order.
        public var statuses: [Int] {
            text.split(separator: "HTTP/1.1 ", omittingEmptySubsequences: false).dropFirst().compactMap {
                Int($0.prefix(3))
            }
        }
    }

    private let port: Int
    /// Where the client says it is; any of 127.0.0.0/8.
    private let source: String
    private let tls: NIOSSLContext?

    /// - Parameters:
    ///   - port: A port of this machine.
    ///   - source: The address to come from.
    ///   - certificatePath: The certificate to trust; nil sends plain bytes.
    /// - Throws: When the certificate cannot be read.
    public init(port: Int, source: String = "127.0.0.1", trusting certificatePath: String? = nil) throws {
        self.port = port
        self.source = source
        tls = try certificatePath.map { path in
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.trustRoots = .file(path)
            configuration.applicationProtocols = ["http/1.1"]
            return try NIOSSLContext(configuration: configuration)
        }
    }

    /// Sends text at once and reads until the other side closes.
    ///
    /// - Parameter text: What is sent.
    /// - Returns: What came.
    /// - Throws: When the connection cannot be made.
    public func exchange(_ text: String) async throws -> Received {
        try await exchange([.send(Array(text.utf8))])
    }

    /// Takes the steps in order, and reads until the other side closes.
    ///
    /// - Parameters:
    ///   - steps: What to do.
    ///   - patience: When to stop reading; only ever used up by a test that fails.
    /// - Returns: What came.
    /// - Throws: When the connection cannot be made.
    public func exchange(_ steps: [Step], patience: Duration = .seconds(10)) async throws -> Received {
        let inbox = Inbox()
        let channel = try await connect()
        return try await channel.executeThenClose { inbound, outbound in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    for step in steps { try await Self.take(step, outbound, inbox) }
                    try await Task.sleep(for: patience)
                    return false
                }
                group.addTask {
                    do {
                        for try await buffer in inbound { await inbox.append(String(buffer: buffer)) }
                    } catch {
                        // A reset, or an end without TLS's own, is an end too.
                    }
                    return true
                }
                let isClosed = try await Self.end(&group)
                group.cancelAll()
                return Received(text: await inbox.text, isClosed: isClosed)
            }
        }
    }

    /// A write that fails is no end: what came before the other side closed is still to be read.
    private static func end(_ group: inout ThrowingTaskGroup<Bool, any Error>) async throws -> Bool {
        do {
            return try await group.next() ?? false
        } catch {
            return try await group.next() ?? false
        }
    }

    private static func take(
        _ step: Step, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, _ inbox: Inbox
    ) async throws {
        switch step {
        case .send(let bytes): try await outbound.write(ByteBuffer(bytes: bytes))
        case .await(let text): try await wait(until: "\(text) came") { await inbox.text.contains(text) }
        case .pause(let duration): try await Task.sleep(for: duration)
        }
    }

    private func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .bind(to: SocketAddress(ipAddress: source, port: 0))
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: nil))
                    }
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
    }

    private actor Inbox {
        private(set) var text = ""

        func append(_ more: String) { text += more }
    }
}
