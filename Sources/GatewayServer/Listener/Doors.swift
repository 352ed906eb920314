import Logging
import NetworkAddress
import Reactor
import Settings

/// The two addresses that the gateway listens on, and the sockets of all its workers.
struct Doors {
    /// What the workers get.
    struct Opened {
        /// One list for each worker, who closes them: nobody else may keep them.
        var sockets: [[OpenListener]]
        /// The descriptors whose address was not ours to choose: a successor has to be told.
        var outside: Set<Int32> = []

        /// What can be told of them.
        var record: Record { Record(listening: listening, outside: outside) }

        private var listening: [StatusReport.Listening] {
            var counts: [(door: Door, address: String, sockets: Int)] = []
            for open in sockets.joined() {
                let address = (try? open.listener.endpoint()).map { "\($0)" } ?? "unknown"
                if let index = counts.firstIndex(where: { $0.door == open.door && $0.address == address }) {
                    counts[index].sockets += 1
                } else {
                    counts.append((open.door, address, 1))
                }
            }
            return counts.map { StatusReport.Listening(door: $0.door.name, address: $0.address, sockets: $0.sockets) }
        }
    }

    /// What is known of the open sockets without having them.
    struct Record: Sendable {
        let listening: [StatusReport.Listening]
        let outside: Set<Int32>
    }

    private let addresses: [(door: Door, address: ListenAddress)]
    private let logger: Logger

    init(settings: GatewaySettings, logger: Logger) {
        addresses = [(.tls, settings.tlsListen), (.local, settings.localListen)]
        self.logger = logger
    }

    /// Opens, or takes over, each worker's sockets.
    ///
    /// Every inherited socket is served by somebody: the kernel goes on dealing connections to it whether it is or not.
    ///
    /// - Parameters:
    ///   - workers: How many there are; a predecessor may have had another number.
    ///   - inherited: Sockets that a predecessor or the service manager left us.
    /// - Returns: The sockets.
    /// - Throws: ``StartError`` when an address cannot be had.
    func open(workers: Int, inheriting inherited: [InheritedListener] = []) throws(StartError) -> Opened {
        var opened = Opened(sockets: Array(repeating: [], count: workers))
        for (door, address) in addresses {
            let host = try Self.parse(address, door)
            let endpoint = Listener.Endpoint(address: host, port: address.port)
            let kept = inherited.filter { $0.door == door && isWanted($0, endpoint) }
            do {
                if kept.isEmpty {
                    // Sockets that share a port do not notice another process that shares it too.
                    try Listener.probe(address: host, port: address.port)
                    for worker in 0..<workers {
                        let listener = try Listener(address: host, port: address.port)
                        opened.sockets[worker].append(OpenListener(door: door, listener: listener))
                    }
                } else {
                    try Self.share(kept, among: workers, endpoint, door, &opened)
                }
            } catch {
                throw Self.explain(error, address, door.setting)
            }
        }
        return opened
    }

    private func isWanted(_ inherited: InheritedListener, _ endpoint: Listener.Endpoint) -> Bool {
        if inherited.origin == .outside || inherited.endpoint == endpoint { return true }
        logger.warning(
            "A socket of the predecessor is not served any more: the settings name another address",
            metadata: ["address": "\(inherited.endpoint)", "door": "\(inherited.door.name)"])
        return false
    }

    /// Deals inherited sockets to the workers; who gets none opens one more, or shares another's.
    private static func share(
        _ inherited: [InheritedListener], among workers: Int, _ endpoint: Listener.Endpoint, _ door: Door,
        _ opened: inout Opened
    ) throws(SystemError) {
        var dealt: [OpenListener] = []
        for (index, socket) in inherited.enumerated() {
            let open = OpenListener(door: door, listener: socket.takeListener())
            if socket.origin == .outside { opened.outside.insert(open.listener.descriptor) }
            opened.sockets[index % workers].append(open)
            dealt.append(open)
        }
        guard dealt.count < workers else { return }
        for worker in dealt.count..<workers {
            let open: OpenListener
            if inherited[0].origin == .settings {
                open = OpenListener(
                    door: door, listener: try Listener(address: endpoint.address, port: endpoint.port))
            } else {
                // The service manager's socket may not share its port, so its one queue is shared instead.
                open = OpenListener(door: door, listener: try dealt[worker % dealt.count].listener.duplicate())
                opened.outside.insert(open.listener.descriptor)
            }
            opened.sockets[worker].append(open)
        }
    }

    /// Takes the service manager's sockets.
    ///
    /// - Parameter activated: What it put into the environment.
    /// - Returns: The sockets and which doors they are.
    /// - Throws: ``StartError`` for one that cannot be served.
    func adopt(_ activated: ActivatedSockets) throws(StartError) -> [InheritedListener] {
        var inherited: [InheritedListener] = []
        for socket in activated.sockets {
            do {
                let listener = try Listener(inheriting: socket.descriptor)
                let endpoint = try listener.endpoint()
                guard let door = socket.door ?? door(atPort: endpoint.port) else {
                    throw StartError(
                        "The socket unit's socket on \(endpoint) has no name. Set FileDescriptorName=tls or local.")
                }
                inherited.append(InheritedListener(consume listener, at: endpoint, door: door, origin: .outside))
            } catch let error as StartError {
                throw error
            } catch {
                throw StartError(
                    "Descriptor \(socket.descriptor) of the socket unit is no listening TCP socket (\(error)). "
                        + "Use ListenStream= with an address and a port.")
            }
        }
        return inherited
    }

    private func door(atPort port: UInt16) -> Door? {
        addresses.first { $0.address.port == port }?.door
    }

    private static func parse(_ address: ListenAddress, _ door: Door) throws(StartError) -> IPAddress {
        guard let host = IPAddress(address.host) else {
            throw StartError(
                "\(door.setting) is \"\(address)\", whose host is no IP address. Write it as in 127.0.0.1:8080.")
        }
        return host
    }

    private static func explain(_ error: SystemError, _ address: ListenAddress, _ setting: String) -> StartError {
        switch error {
        case .addressInUse:
            StartError(
                "Port \(address.port) of \(address.host) is in use. Stop the process that has it, or set \(setting).")
        case .addressNotAvailable:
            StartError("This machine does not have the address \(address.host). Set \(setting) to one that it has.")
        case .accessDenied:
            StartError(
                "Port \(address.port) needs a privilege that this process has not. Set \(setting) to a port above 1023."
            )
        default: StartError("Cannot listen on \(address): \(error). Set \(setting) to another address.")
        }
    }
}
