internal import NIOCore
internal import NIOPosix

/// A TCP connection that sends what no well-behaved client would.
public enum RawConnection {
    /// Sends pieces, one packet each, and reads until the other side closes.
    ///
    /// - Parameters:
    ///   - pieces: What is sent, in order, with a moment between two.
    ///   - host: An address of this machine.
    ///   - port: The port.
    ///   - patience: When to stop reading.
    /// - Returns: Everything that came, and whether the other side closed.
    /// - Throws: When the connection cannot be made.
    public static func exchange(
        _ pieces: [String], host: String = "127.0.0.1", port: Int, patience: Duration = .seconds(20)
    ) async throws -> (text: String, isClosed: Bool) {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                let collected = Collected()
                group.addTask {
                    for piece in pieces {
                        try await outbound.write(ByteBuffer(string: piece))
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    try await Task.sleep(for: patience)
                    return false
                }
                group.addTask {
                    do {
                        for try await buffer in inbound { await collected.append(String(buffer: buffer)) }
                    } catch is IOError {
                        // A reset is an end too.
                    }
                    return true
                }
                let isClosed = try await group.next() ?? false
                group.cancelAll()
                return (await collected.text, isClosed)
            }
        }
    }

    private actor Collected {
        private(set) var text = ""

        func append(_ more: String) { text += more }
    }
}
