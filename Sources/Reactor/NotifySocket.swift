internal import CReactor

/// Tells systemd how the service does (sd_notify(3)), by one datagram and without its library.
///
/// Nobody to tell is the usual case: then nothing happens.
public struct NotifySocket: Sendable {
    private let path: String?

    /// - Parameter path: `NOTIFY_SOCKET`: a path, or `@` and an abstract name; nil when nobody listens.
    public init(path: String?) {
        self.path = path
    }

    public enum Notice: Equatable, Sendable {
        case ready
        /// Settings are being read again; `ready` ends it.
        case reloading(monotonicMilliseconds: Int64)
        case stopping
        /// From now on another process is the service.
        case mainProcess(Int32)

        /// The assignments that the manager reads, one a line.
        public var text: String {
            switch self {
            case .ready: "READY=1\n"
            case .reloading(let milliseconds): "RELOADING=1\nMONOTONIC_USEC=\(milliseconds * 1000)\n"
            case .stopping: "STOPPING=1\n"
            case .mainProcess(let id): "MAINPID=\(id)\n"
            }
        }
    }

    public func tell(_ notice: Notice) {
        guard let path else { return }
        let text = notice.text
        // Both strings are read within the call. A manager that cannot be told is not ours to mend.
        _ = unsafe creactor_notify(path, text, text.utf8.count)
    }
}
