internal import NIOCore
internal import NIOPosix

/// A TCP port of 127.0.0.1 where nobody listens.
///
/// Taken from below the range from which the kernel serves outgoing connections, so that none of those gets it
/// between now and its use.
enum FreePort {
    struct NoneFree: Error {}

    static func take() async throws -> Int {
        for _ in 0..<100 {
            let port = Int.random(in: 20_000..<32_000)
            let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            guard let channel = try? await bootstrap.bind(host: "127.0.0.1", port: port).get() else { continue }
            try await channel.close()
            return port
        }
        throw NoneFree()
    }
}
