internal import FoundationEssentials
internal import Glibc

/// A process, as /proc shows it.
public struct RunningProcess: Equatable, Sendable {
    public let id: Int32
    /// The last component of its executable's path.
    public let name: String

    /// All living processes that were started with this state folder.
    ///
    /// The environment tells, not the parent: an orphan is found too.
    static func withStateFolder(_ folder: String) -> [RunningProcess] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let marker = "SIMPLETUNER_STATE_DIR=\(folder)"
        return names.compactMap(Int32.init).compactMap { id in
            guard let environment = FileManager.default.contents(atPath: "/proc/\(id)/environ"),
                environment.split(separator: 0).contains(where: { $0.elementsEqual(marker.utf8) }),
                let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/exe")
            else { return nil }
            return RunningProcess(id: id, name: executable.split(separator: "/").last.map(String.init) ?? executable)
        }
    }

    /// Whether it was started with this variable, whatever its value.
    public func wasGiven(_ variable: String) -> Bool {
        let environment = FileManager.default.contents(atPath: "/proc/\(id)/environ") ?? Data()
        return environment.split(separator: 0).contains { $0.starts(with: (variable + "=").utf8) }
    }

    public func send(_ signal: Int32) {
        _ = Glibc.kill(id, signal)
    }

    /// Whether all that it had open is closed: its last thread is a zombie, or its parent has taken note even of that.
    ///
    /// Its environment is gone earlier, while its sockets still take what nobody will read.
    var hasEnded: Bool {
        guard let threads = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task"),
            let stat = FileManager.default.contents(atPath: "/proc/\(id)/stat")
        else { return true }
        let text = String(decoding: stat, as: UTF8.self)
        // The name in parentheses may hold anything; the state follows the last one (proc(5)).
        guard threads.count <= 1, let name = text.lastIndex(of: ")") else { return threads.isEmpty }
        return text[name...].dropFirst(2).first == "Z"
    }

    /// The peak of its resident memory since `forgetPeakMemory`, in bytes.
    public var peakMemory: Int? {
        guard let status = FileManager.default.contents(atPath: "/proc/\(id)/status") else { return nil }
        let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let words = line?.split(whereSeparator: \.isWhitespace) ?? []
        return words.count == 3 ? Int(words[1]).map { $0 * 1024 } : nil
    }

    /// Lets the peak begin anew at what is resident now (proc(5), clear_refs).
    ///
    /// - Throws: When the kernel does not offer it.
    public func forgetPeakMemory() throws {
        try Data("5".utf8).write(to: URL(filePath: "/proc/\(id)/clear_refs"))
    }
}
