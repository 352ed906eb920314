import Settings

/// Listening sockets that the service manager opened and put behind the three standard descriptors (sd_listen_fds(3)).
struct ActivatedSockets: Equatable {
    /// One of them; without a name it tells by its port which door it is.
    struct Socket: Equatable {
        let descriptor: Int32
        let door: Door?
    }

    private static let first: Int32 = 3
    /// A bound on what the environment may claim.
    private static let countMax = 256

    let sockets: [Socket]

    /// - Parameters:
    ///   - environment: Where `LISTEN_FDS` and its kin are.
    ///   - processID: Ours: a child that only inherited the variables is not meant.
    /// - Throws: ``StartError`` when what it says makes no sense.
    init(environment: Environment, processID: Int32) throws(StartError) {
        guard let countText = environment["LISTEN_FDS"], environment["LISTEN_PID"] == String(processID) else {
            sockets = []
            return
        }
        guard let count = Int(countText), 0...Self.countMax ~= count else {
            throw StartError("LISTEN_FDS is \"\(countText)\", not a number of sockets. Check the socket unit.")
        }
        let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
        sockets = (0..<count).map { index in
            Socket(descriptor: Self.first + Int32(index), door: index < names.count ? Door(named: names[index]) : nil)
        }
    }
}

extension Door {
    /// A door by the name that settings, status and socket units use.
    init?(named name: Substring) {
        switch name {
        case "tls": self = .tls
        case "local": self = .local
        default: return nil
        }
    }

    var name: String {
        switch self {
        case .tls: "tls"
        case .local: "local"
        }
    }

    /// The setting with its address.
    var setting: String {
        switch self {
        case .tls: "TUNERGATE_TLS_LISTEN"
        case .local: "TUNERGATE_LOCAL_LISTEN"
        }
    }
}
