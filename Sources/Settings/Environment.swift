/// The environment a process was started with, as a value.
///
/// An empty variable counts as unset.
public struct Environment: Sendable {
    private let variables: [String: String]

    public init(_ variables: [String: String]) {
        self.variables = variables
    }

    public subscript(name: String) -> String? {
        guard let value = variables[name], !value.isEmpty else { return nil }
        return value
    }

    /// An integer within a range.
    func integer(_ name: String, default value: Int, in range: ClosedRange<Int>) throws(SettingsError) -> Int {
        guard let text = self[name] else { return value }
        guard let number = Int(text), range.contains(number) else {
            throw SettingsError(
                setting: name,
                problem: "is \"\(text)\"",
                remedy: "Set it to a whole number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return number
    }
}

/// A setting that cannot be used: which, what is wrong, and what to do.
public struct SettingsError: Error, Equatable, CustomStringConvertible {
    public let setting: String
    public let problem: String
    public let remedy: String

    public init(setting: String, problem: String, remedy: String) {
        self.setting = setting
        self.problem = problem
        self.remedy = remedy
    }

    public var description: String { "\(setting) \(problem). \(remedy)" }
}
