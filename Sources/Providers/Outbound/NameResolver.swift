import NIOCore
import NIOPosix
public import NetworkAddress

/// Finds the addresses of a name.
public struct NameResolver: Sendable {
    /// None when there is no such name, or when it cannot be found out.
    public let addresses: @Sendable (_ host: String) async -> [IPAddress]

    public init(_ addresses: @escaping @Sendable (_ host: String) async -> [IPAddress]) { self.addresses = addresses }

    /// The machine's, which blocks a thread while it waits; NIO's pool has some for that.
    public static let system = NameResolver { host in
        if let address = IPAddress(host) { return [address] }
        let found = try? await NIOThreadPool.singleton.runIfActive {
            try SocketAddress.makeAddressResolvingHost(host, port: 0).ipAddress
        }
        return [found].compactMap { $0 ?? nil }.compactMap { IPAddress($0) }
    }
}
