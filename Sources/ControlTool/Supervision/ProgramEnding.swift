internal import Subprocess

/// How one life of a program ended, as the supervisor has to see it.
enum ProgramEnding: Equatable, Sendable {
    /// It cannot work with its settings, its ports or its files, and has said so: starting it again changes nothing.
    case refused
    case exited(code: Int32)
    case killed(signal: Int32)
    /// The kernel would not start it.
    case neverStarted(problem: String)

    /// `EX_CONFIG` of sysexits.h.
    static let refusedCode: Int32 = 78

    init(_ status: TerminationStatus) {
        switch status {
        case .exited(Self.refusedCode): self = .refused
        case .exited(let code): self = .exited(code: code)
        case .signaled(let signal): self = .killed(signal: signal)
        }
    }

    /// Whether a program that was asked to stop did so in peace.
    ///
    /// Ending by the very SIGTERM that asked is peace too: the request came before the program could listen.
    var isCleanStop: Bool {
        self == .exited(code: 0) || self == .killed(signal: Signal.terminate.rawValue)
    }

    /// What a shell would make of it: the code, or 128 and the signal's number.
    var exitCode: Int32 {
        switch self {
        case .refused: Self.refusedCode
        case .exited(let code): code
        case .killed(let signal): 128 + signal
        case .neverStarted: 1
        }
    }
}

extension ProgramEnding: CustomStringConvertible {
    var description: String {
        switch self {
        case .refused: "refused to work"
        case .exited(let code): "exit code \(code)"
        case .killed(let signal): "signal \(signal)"
        case .neverStarted(let problem): "not started: \(problem)"
        }
    }
}
