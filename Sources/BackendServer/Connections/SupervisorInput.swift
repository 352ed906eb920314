import Glibc
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Ends when standard input does: the supervisor holds the other end, so nothing outlives it.
struct SupervisorInput: Service {
    func run() async throws {
        let input = try await NIOPipeBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .takingOwnershipOfDescriptor(input: STDIN_FILENO) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, Never>(wrappingChannelSynchronously: channel)
                }
            }
        try await input.executeThenClose { inbound in
            for try await _ in inbound.cancelOnGracefulShutdown() {}
        }
    }
}
