/// A setting that cannot be used: where it is written, which, what is wrong, and what to do.
public struct SettingsError: Error, Equatable, CustomStringConvertible {
    /// Nil when it is not from the settings file.
    public let place: FilePlace?
    /// The environment variable, or the key of the file.
    public let setting: String
    public let problem: String
    public let remedy: String

    public init(place: FilePlace? = nil, setting: String, problem: String, remedy: String) {
        self.place = place
        self.setting = setting
        self.problem = problem
        self.remedy = remedy
    }

    public var description: String {
        (place.map { "\($0): " } ?? "") + "\(setting) \(problem). \(remedy)"
    }
}

/// Everything that is wrong with the settings, in the order of the file, then of the table.
///
/// All of it at once: whoever writes settings wants to correct them in one go.
public struct SettingsErrors: Error, Equatable, CustomStringConvertible {
    /// More would scroll away the first, which is the one to begin with.
    static let problemsMax = 50

    public let problems: [SettingsError]

    init(_ problems: [SettingsError]) {
        self.problems = problems
    }

    /// One line for each problem.
    public var description: String {
        var lines = problems.prefix(Self.problemsMax).map(\.description)
        let left = problems.count - lines.count
        if left > 0 { lines.append("And \(left) more problems of this kind.") }
        return lines.joined(separator: "\n")
    }
}

/// A place in the settings file, as editors and compilers write it.
public struct FilePlace: Equatable, Sendable, CustomStringConvertible {
    public let file: String
    /// Counted from 1, as is the column.
    public let line: Int
    public let column: Int

    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    public var description: String { "\(file):\(line):\(column)" }
}
