internal import CReactor
internal import Glibc
public import NetworkAddress

/// A connection that a listener took, and whose it is.
public struct Accepted: ~Copyable {
    let socket: Socket
    public let peer: IPAddress

    public consuming func takeSocket() -> Socket {
        socket
    }
}

/// A listening TCP socket.
public struct Listener: ~Copyable {
    public let descriptor: Int32

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Listens on an address, as one of several sockets on the same port.
    ///
    /// - Parameters:
    ///   - address: The address to bind.
    ///   - port: The port to bind.
    /// - Throws: `.addressInUse` and whatever else the kernel refuses.
    public init(address: IPAddress, port: UInt16) throws(SystemError) {
        descriptor = try SystemError.check(creactor_listen(Self.endpoint(address, port), Self.backlog, true))
    }

    deinit {
        close(descriptor)
    }

    /// Whether somebody else listens there.
    ///
    /// Sockets that share a port do not notice another process of the same user that shares it too, and the kernel
    /// would deal each of the two half of the clients. One that does not share is refused.
    ///
    /// - Parameters:
    ///   - address: The address that will be bound.
    ///   - port: The port that will be bound.
    /// - Throws: `.addressInUse` and whatever else the kernel refuses.
    public static func probe(address: IPAddress, port: UInt16) throws(SystemError) {
        close(try SystemError.check(creactor_listen(endpoint(address, port), 1, false)))
    }

    /// Takes the next waiting connection.
    ///
    /// - Returns: The connection; nil when none waits.
    /// - Throws: When the process or the machine has no room for another connection; the waiting ones stay.
    public borrowing func accept() throws(SystemError) -> Accepted? {
        var peer = creactor_endpoint()
        // The address is written within the call.
        let result = unsafe creactor_accept(descriptor, &peer)
        switch -result {
        case EAGAIN, EINTR, ECONNABORTED: return nil
        case 1...: throw SystemError(code: -result)
        default: break
        }
        creactor_set_no_delay(result)
        let bits = UInt128(peer.high) << 64 | UInt128(peer.low)
        let address = peer.is_v6 ? IPAddress(v6: bits) : IPAddress(v4: UInt32(truncatingIfNeeded: peer.low))
        return Accepted(socket: Socket(descriptor: result), peer: address)
    }

    private static let backlog: Int32 = 4096

    static func endpoint(_ address: IPAddress, _ port: UInt16) -> creactor_endpoint {
        creactor_endpoint(
            high: UInt64(address.bits >> 64),
            low: UInt64(truncatingIfNeeded: address.bits),
            port: port,
            is_v6: address.family == .v6
        )
    }
}
