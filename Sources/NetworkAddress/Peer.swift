/// Who is at the other end of a connection.
public enum Peer: Hashable, Sendable {
    case address(IPAddress)
    /// A program on this machine that came by a Unix socket: it has no address.
    case unixSocket
}
