internal import Reactor

/// Which door a client comes through.
enum Door: Sendable {
    /// TLS for everybody, plain HTTP for loopback peers.
    case tls
    case local
}

/// A listening socket and the door that it is.
final class OpenListener {
    let door: Door
    let listener: Listener

    init(door: Door, listener: consuming Listener) {
        self.door = door
        self.listener = listener
    }
}
