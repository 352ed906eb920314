import Reactor
import Settings

/// What whoever started this process wants of it beyond the settings.
struct StartCircumstances {
    /// The variable that makes a new gateway ask the running one for its sockets.
    static let takeoverVariable = "TUNERGATE_TAKEOVER"
    /// What is meant for this process alone, and not for those it starts.
    private static let personal = ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", takeoverVariable]

    let variables: [String: String]
    /// How this executable was called, to start it again; nil without a `/proc`.
    let executable: String?
    let arguments: [String]
    let takesOver: Bool
    let activated: ActivatedSockets
    let notifySocket: NotifySocket

    /// - Parameters:
    ///   - variables: The process's environment.
    ///   - arguments: The process's arguments, without its name.
    /// - Throws: ``StartError`` when what the service manager says makes no sense.
    init(variables: [String: String], arguments: [String]) throws(StartError) {
        let environment = Environment(variables)
        self.variables = variables
        self.arguments = arguments
        executable = HostProcess.executablePath()
        takesOver = environment[Self.takeoverVariable] == "1"
        activated = try ActivatedSockets(environment: environment, processID: HostProcess.id)
        notifySocket = NotifySocket(path: environment["NOTIFY_SOCKET"])
    }

    /// Starts the executable that is at our path now, as our successor.
    func startSuccessor() throws(SystemError) -> ChildProcess {
        guard let executable else { throw .noSuchFile }
        return try ChildProcess(
            path: executable, arguments: arguments, environment: Self.successorVariables(variables))
    }

    static func successorVariables(_ variables: [String: String]) -> [String: String] {
        var inherited = variables.filter { !personal.contains($0.key) }
        inherited[takeoverVariable] = "1"
        return inherited
    }
}
