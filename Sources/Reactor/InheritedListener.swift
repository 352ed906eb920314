internal import CReactor
internal import Glibc
public import NetworkAddress

extension Listener {
    /// An IP address and a port that a socket is bound to.
    public struct Endpoint: Equatable, Sendable, CustomStringConvertible {
        public let address: IPAddress
        public let port: UInt16

        public init(address: IPAddress, port: UInt16) {
            self.address = address
            self.port = port
        }

        public var description: String { address.family == .v6 ? "[\(address)]:\(port)" : "\(address):\(port)" }
    }

    /// Takes over a listening TCP socket that another process opened.
    ///
    /// - Parameter descriptor: Ours from now on, closed even when it is refused.
    /// - Throws: When it is no listening TCP socket.
    public init(inheriting descriptor: Int32) throws(SystemError) {
        do {
            _ = try Self.adopt(descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        self.init(descriptor: descriptor)
    }

    /// Another descriptor of the same socket: whoever takes from either takes from the one queue.
    ///
    /// - Returns: The duplicate.
    /// - Throws: When the process may have no more descriptors.
    public borrowing func duplicate() throws(SystemError) -> Listener {
        Listener(descriptor: try SystemError.check(creactor_duplicate(descriptor)))
    }

    /// What the socket is bound to.
    ///
    /// - Returns: The address and the port.
    /// - Throws: Never for a listener that is open.
    public borrowing func endpoint() throws(SystemError) -> Endpoint {
        try Self.adopt(descriptor)
    }

    private static func adopt(_ descriptor: Int32) throws(SystemError) -> Endpoint {
        var bound = creactor_endpoint()
        // The local is written within the call.
        _ = try SystemError.check(unsafe creactor_adopt_listener(descriptor, &bound))
        let bits = UInt128(bound.high) << 64 | UInt128(bound.low)
        let address = bound.is_v6 ? IPAddress(v6: bits) : IPAddress(v4: UInt32(truncatingIfNeeded: bound.low))
        return Endpoint(address: address, port: bound.port)
    }
}
