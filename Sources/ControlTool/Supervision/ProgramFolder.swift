internal import FoundationEssentials
internal import Settings
internal import SystemPackage

/// The folder where the executables of an installation lie beside each other.
struct ProgramFolder: Sendable {
    let path: FilePath
    let lifeline: Lifeline
    /// What every program is given beyond our own environment.
    var given: [String: String] = [:]

    /// The folder that this very process was started from, whatever `PATH` and links led to it.
    ///
    /// - Parameter given: Variables for every program, beyond our own environment.
    /// - Returns: The folder.
    /// - Throws: When there is no `/proc`, or no descriptor left for the lifeline.
    static func own(giving given: [String: String] = [:]) throws -> ProgramFolder {
        let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return ProgramFolder(
            path: FilePath(executable).removingLastComponent(), lifeline: try Lifeline(), given: given)
    }

    func program(_ name: String, withholding withheld: [String] = []) throws(MissingProgram) -> Program {
        let executable = path.appending(name)
        guard FileManager.default.isExecutableFile(atPath: executable.string) else {
            throw MissingProgram(executable: executable.string)
        }
        return Program(name: name, executable: executable, withheld: withheld, lifeline: lifeline, given: given)
    }

    /// The gateway faces the internet, so it is given no secret that it does not need.
    ///
    /// - Parameter settings: Say how long it may take to stop.
    /// - Returns: It.
    /// - Throws: When it is not there.
    func gateway(settings: GatewaySettings? = nil) throws(MissingProgram) -> Program {
        var program = try program("tunergate-gateway", withholding: ["REPLICATE_API_TOKEN", "CLOUD_WEBHOOK_SECRET"])
        if let settings { program.stopTimeMax = .seconds(settings.drainDelaySeconds + settings.drainSeconds + 5) }
        return program
    }

    func backend() throws(MissingProgram) -> Program { try program("tunergate-backend") }
}

/// An executable that should lie beside this one and does not.
struct MissingProgram: Error, Equatable, CustomStringConvertible {
    let executable: String

    var description: String {
        "\(executable) is missing or cannot be executed. Install tunergate, tunergate-gateway and tunergate-backend into one folder."
    }
}
