import NetworkAddress
import Reactor
import Settings

/// The two addresses that the gateway listens on.
struct Doors: Sendable {
    let tls: ListenAddress
    let local: ListenAddress

    init(settings: GatewaySettings) {
        tls = settings.tlsListen
        local = settings.localListen
    }

    /// Checks that nobody else listens there, ourselves included.
    func probe() throws(StartError) {
        for (address, setting) in [(tls, "TUNERGATE_TLS_LISTEN"), (local, "TUNERGATE_LOCAL_LISTEN")] {
            let host = try Self.parse(address, setting)
            do {
                try Listener.probe(address: host, port: address.port)
            } catch {
                throw Self.explain(error, address, setting)
            }
        }
    }

    /// Opens one worker's own socket on an address.
    static func open(_ address: ListenAddress, setting: String) throws(StartError) -> Listener {
        let host = try parse(address, setting)
        do {
            return try Listener(address: host, port: address.port)
        } catch {
            throw explain(error, address, setting)
        }
    }

    private static func parse(_ address: ListenAddress, _ setting: String) throws(StartError) -> IPAddress {
        guard let host = IPAddress(address.host) else {
            throw StartError(
                "\(setting) is \"\(address)\", whose host is no IP address. Write it as in 127.0.0.1:8080.")
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
