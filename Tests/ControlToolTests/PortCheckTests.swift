import NIOCore
import NIOPosix
import Settings
import Testing

@testable import ControlTool

@Suite struct PortCheckTests {
    private static let group = MultiThreadedEventLoopGroup.singleton

    /// A listener like the gateway's, that closes every connection at once.
    private func listen() async throws -> (channel: any Channel, address: ListenAddress) {
        let channel = try await ServerBootstrap(group: Self.group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { $0.close() }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        return (channel, ListenAddress(host: "127.0.0.1", port: UInt16(port)))
    }

    @Test func `a port that somebody listens on is busy`() async throws {
        let (listener, address) = try await listen()
        await #expect(throws: BusyPort(setting: "X", address: address)) {
            try await PortCheck.check(address, named: "X")
        }
        try await listener.close()
    }

    @Test func `what is left of closed connections keeps nobody from starting again`() async throws {
        let (listener, address) = try await listen()
        let client = try await ClientBootstrap(group: Self.group)
            .connect(host: address.host, port: Int(address.port)).get()
        // The listener's side closes first, so the connection lingers on the listener's port.
        try await client.closeFuture.get()
        try await listener.close()
        try await PortCheck.check(address, named: "X")
    }
}
