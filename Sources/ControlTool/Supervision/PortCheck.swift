internal import NIOCore
internal import NIOPosix
internal import Settings

/// Makes sure that nobody else listens where the gateway shall.
///
/// The gateway finds that out for itself. But until it has, whoever listens there, another installation most likely,
/// would answer for ours and be taken for ready.
enum PortCheck {
    static func check(_ settings: GatewaySettings) async throws(BusyPort) {
        try await check(settings.tlsListen, named: "TUNERGATE_TLS_LISTEN")
        try await check(settings.localListen, named: "TUNERGATE_LOCAL_LISTEN")
    }

    static func check(_ address: ListenAddress, named setting: String) async throws(BusyPort) {
        // What is left of closed connections (TIME_WAIT) does not keep the gateway from listening, nor this check.
        let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        do {
            let listener = try await bootstrap.bind(host: address.host, port: Int(address.port)).get()
            try await listener.close()
        } catch let error as IOError where error.errnoCode == BusyPort.errno {
            throw BusyPort(setting: setting, address: address)
        } catch {
            // Whatever else is wrong with the address, the gateway can tell it better.
        }
    }
}

/// A port that somebody else has.
struct BusyPort: Error, Equatable, CustomStringConvertible {
    /// `EADDRINUSE` of Linux.
    static let errno: Int32 = 98

    let setting: String
    let address: ListenAddress

    var description: String {
        "Port \(address.port) of \(address.host) is in use. Stop the process that has it, or set \(setting)."
    }
}
