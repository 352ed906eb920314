internal import Reactor

/// The folder of an inbox, as the one who puts files there sees it: each whole under its name, or not there.
///
/// The other process removes them. Blocks as long as the disk does; time is an argument.
struct InboxShelf: ~Copyable {
    private let folder: Folder
    private let limits: InboxLimits
    /// Tells this process's files from those of another that writes there too, as while one succeeds the other.
    private let mark: String
    /// The last name's number.
    private var number: Int64 = 0
    /// What waits, as it was when the folder was looked at last, and what was put there since.
    private(set) var files = 0
    private(set) var bytes = 0
    private(set) var lookedAt: Int64?

    /// - Parameters:
    ///   - folder: Made when something is put there.
    ///   - limits: The bounds.
    ///   - mark: Random.
    init(folder: Folder, limits: InboxLimits, mark: UInt32) {
        self.folder = folder
        self.limits = limits
        self.mark = InboxName.padded(String(mark, radix: 16), to: 8)
    }

    /// Puts messages there, each in a file of its own, and returns when they are on the disk.
    ///
    /// - Parameters:
    ///   - messages: In the order that their names shall have.
    ///   - milliseconds: Now, by a clock that never goes back.
    ///   - wallMilliseconds: Now, since 1970-01-01T00:00:00Z.
    /// - Returns: For each why it is not there; nil when it is.
    mutating func put(
        _ messages: [ByteQueue], at milliseconds: Int64, wallMilliseconds: Int64
    ) -> [InboxObstacle?] {
        var outcomes: [InboxObstacle?] = []
        for message in messages {
            do throws(InboxObstacle) {
                try makeRoom(for: message.count, at: milliseconds)
                try write(message, wallMilliseconds)
                outcomes.append(nil)
            } catch {
                outcomes.append(error)
            }
        }
        guard outcomes.contains(nil) else { return outcomes }
        do {
            // A name that is not on the disk is no promise.
            try folder.sync()
        } catch {
            return outcomes.map { $0 ?? .disk(error) }
        }
        return outcomes
    }

    private mutating func makeRoom(for count: Int, at milliseconds: Int64) throws(InboxObstacle) {
        let isOld = lookedAt.map { milliseconds - $0 >= limits.lookMilliseconds } ?? true
        if lookedAt == nil || isOld && obstacle(for: count) != nil { try look(at: milliseconds) }
        if let obstacle = obstacle(for: count) { throw obstacle }
    }

    /// Which bound a message of this length would pass; nil for none.
    func obstacle(for count: Int) -> InboxObstacle? {
        if files >= limits.files { return .files }
        return bytes + count > limits.folderBytes ? .bytes : nil
    }

    private mutating func write(_ message: ByteQueue, _ wallMilliseconds: Int64) throws(InboxObstacle) {
        number = max(number + 1, InboxName.first(at: wallMilliseconds))
        let name = "\(InboxName.text(of: number))-\(mark)"
        do throws(SystemError) {
            try folder.make()
            try write(message.bytes, as: name)
        } catch {
            throw .disk(error)
        }
        files += 1
        bytes += message.count
    }

    /// Writes under a name that the reader passes over, and only then gives the file its own.
    private func write(_ bytes: Span<UInt8>, as name: String) throws(SystemError) {
        let fresh = "." + name
        do throws(SystemError) {
            let file = try JournalFile(creating: "\(folder.path)/\(fresh)")
            // Whoever starts now removes what nobody has locked.
            guard file.tryLock(), try file.isNamed("\(folder.path)/\(fresh)") else { throw SystemError.noSuchFile }
            try file.append(bytes)
            try file.sync()
            try folder.rename(fresh, to: name)
        } catch {
            // What is left of it takes room from a disk that may have none.
            try? folder.remove(fresh)
            throw error
        }
    }

    /// Counts what waits; a folder that is missing holds nothing.
    mutating func look(at milliseconds: Int64) throws(InboxObstacle) {
        lookedAt = milliseconds
        do throws(SystemError) {
            (files, bytes) = (0, 0)
            for name in try folder.names() where !name.hasPrefix(".") {
                guard let size = folder.size(of: name) else { continue }
                files += 1
                bytes += size
                // Over restarts and clocks that are set back, new names sort behind all that wait.
                if let other = InboxName.number(of: name) { number = max(number, other) }
            }
        } catch .noSuchFile {
        } catch {
            throw .disk(error)
        }
    }

    /// Removes what a process left unfinished that died while it wrote; nobody was told that it is kept.
    func removeLeftovers() throws(SystemError) {
        do {
            for name in try folder.names() where name.hasPrefix(".") {
                let file = try JournalFile(reading: "\(folder.path)/\(name)")
                if file.tryLock() { try folder.remove(name) }
            }
        } catch .noSuchFile {}
    }

    /// Finds out whether the disk takes files again.
    func probe() throws(SystemError) {
        let name = ".probe-\(mark)"
        try folder.make()
        try folder.remove(name)
        defer { try? folder.remove(name) }
        let file = try JournalFile(creating: "\(folder.path)/\(name)")
        let block = [UInt8](repeating: 0, count: 4096)
        try file.append(block.span)
        try file.sync()
    }
}

/// The names of an inbox's files: a number that grows, so that they sort as they came, and the mark of who wrote them.
enum InboxName {
    private static let digits = 19

    /// The least number of a moment; a thousand have room in each millisecond before they run ahead of the clock.
    static func first(at wallMilliseconds: Int64) -> Int64 { wallMilliseconds * 1000 }

    static func text(of number: Int64) -> String { padded(String(number), to: digits) }

    /// The number in a file's name; nil for another file's.
    static func number(of name: String) -> Int64? { Int64(name.prefix { $0 != "-" }) }

    static func padded(_ text: String, to count: Int) -> String {
        String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}
