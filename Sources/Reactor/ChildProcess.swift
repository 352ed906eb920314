internal import CReactor
internal import Glibc

/// A process that this one started and has to take note of when it ends.
public struct ChildProcess: Sendable {
    /// How a process ended.
    public enum Ending: Equatable, Sendable, CustomStringConvertible {
        case exited(Int32)
        case killed(signal: Int32)

        public var description: String {
            switch self {
            case .exited(let code): "exit code \(code)"
            case .killed(let signal): "signal \(signal)"
            }
        }
    }

    public let id: Int32

    /// Starts an executable, which shares our standard input, output and error and nothing else.
    ///
    /// - Parameters:
    ///   - path: The executable; `PATH` is not searched.
    ///   - arguments: What follows its name.
    ///   - environment: All that it finds there.
    /// - Throws: Why the kernel would not start it.
    public init(path: String, arguments: [String], environment: [String: String]) throws(SystemError) {
        let words = CStrings([path] + arguments)
        let variables = CStrings(environment.map { "\($0.key)=\($0.value)" })
        // The kernel copies all three within the call.
        id = try SystemError.check(unsafe creactor_spawn(path, words.pointers, variables.pointers))
    }

    /// How it ended; nil while it runs.
    ///
    /// Once it was told, nobody knows any more.
    public func ending() -> Ending? {
        var status: Int32 = 0
        // The local is written within the call.
        guard unsafe creactor_reap(id, &status) == 1 else { return nil }
        // The encoding of wait(2): the low seven bits are the signal, the next byte the exit code.
        let signal = status & 0x7f
        return signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: signal)
    }

    public func terminate() {
        _ = creactor_signal(id, SIGTERM)
    }
}

/// C strings with a null pointer behind the last, alive as long as this is.
@safe
private final class CStrings {
    // Allocated in init by strdup and allocate, freed in deinit.
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ texts: [String]) {
        count = texts.count
        unsafe pointers = .allocate(capacity: count + 1)
        // Every place up to and including the null is initialised here.
        for (index, text) in texts.enumerated() { unsafe (pointers + index).initialize(to: strdup(text)) }
        unsafe (pointers + count).initialize(to: nil)
    }

    deinit {
        for index in 0..<count { unsafe free(pointers[index]) }
        unsafe pointers.deallocate()
    }
}
