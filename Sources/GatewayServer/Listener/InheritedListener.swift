import NetworkAddress
import Reactor

/// A listening socket that another process opened, and that is ours now.
final class InheritedListener {
    /// Who chose its address.
    enum Origin: Equatable, Sendable {
        /// The settings: if they name another one now, this socket is not wanted any more.
        case settings
        /// The service manager, whose choice stands.
        case outside
    }

    let door: Door
    let origin: Origin
    let endpoint: Listener.Endpoint
    private var listener: Listener?

    init(
        _ listener: consuming Listener, at endpoint: Listener.Endpoint, door: Door, origin: Origin
    ) {
        self.listener = consume listener
        self.endpoint = endpoint
        self.door = door
        self.origin = origin
    }

    /// Gives the socket away, once.
    func takeListener() -> Listener {
        guard let listener = listener.take() else { preconditionFailure("an inherited socket was given away twice") }
        return listener
    }
}

/// How a handover names one socket: a byte, which travels with its descriptor.
///
/// One byte each, so that no message can tell of a socket that it does not carry.
struct HandoverMark: Equatable {
    let door: Door
    let origin: InheritedListener.Origin

    init(door: Door, origin: InheritedListener.Origin) {
        self.door = door
        self.origin = origin
    }

    init?(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "T"): self.init(door: .tls, origin: .settings)
        case UInt8(ascii: "t"): self.init(door: .tls, origin: .outside)
        case UInt8(ascii: "L"): self.init(door: .local, origin: .settings)
        case UInt8(ascii: "l"): self.init(door: .local, origin: .outside)
        default: return nil
        }
    }

    var byte: UInt8 {
        switch (door, origin) {
        case (.tls, .settings): UInt8(ascii: "T")
        case (.tls, .outside): UInt8(ascii: "t")
        case (.local, .settings): UInt8(ascii: "L")
        case (.local, .outside): UInt8(ascii: "l")
        }
    }
}
