internal import CReactor
internal import Glibc

/// What a process knows of itself and the machine, read without Foundation.
public enum HostProcess {
    /// The environment variables that the process was started with.
    public static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        // A list of C strings that ends with a null pointer; nobody changes it, since no thread has started.
        var next = unsafe environ
        while let entry = unsafe next.pointee {
            let text = unsafe String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            unsafe next = next.successor()
        }
        return variables
    }

    /// Lets the process have as many open files as its administrator allows at the most; Debian starts with 1024.
    public static func raiseDescriptorLimit() {
        creactor_raise_descriptor_limit()
    }

    /// How many open files the process may have.
    public static func descriptorLimit() -> Int { Int(creactor_descriptor_limit()) }

    /// The processors that are there.
    public static func cores() -> Int {
        max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// Ends the process with one sentence on standard error.
    public static func exit(_ code: Int32, _ sentence: String) -> Never {
        let line = Array((sentence + "\n").utf8)
        // The array's bytes are read within the call.
        _ = unsafe line.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
        Glibc.exit(code)
    }
}
