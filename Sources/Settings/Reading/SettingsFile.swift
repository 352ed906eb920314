internal import YAMLDocument

/// A settings file that was read: what it sets, and what is wrong with it.
///
/// It checks all of it, what either program listens to and what neither knows. What is wrong is told by whoever makes
/// settings out of it, together with what is wrong in the environment.
public struct SettingsFile: Sendable {
    public let path: String
    /// What it sets, by key.
    let entries: [String: Entry]
    /// In the order of the file.
    let problems: [SettingsError]

    struct Entry: Equatable, Sendable {
        let place: FilePlace
        let value: SettingValue
    }

    /// Reads the file that `TUNERGATE_CONFIG` names; nil when it names none.
    public init?(environment: Environment) {
        guard let path = environment["TUNERGATE_CONFIG"] else { return nil }
        self.init(path: path)
    }

    public init(path: String) {
        do throws(YAMLDocument.Unreadable) {
            self.init(path: path, document: try YAMLDocument(path: path))
        } catch {
            let problem = SettingsError(
                setting: "TUNERGATE_CONFIG", problem: "is \(quoted(path)), which cannot be read: \(error.reason)",
                remedy: "Name a YAML file that this user may read, with --config or this variable.")
            self.init(path: path, entries: [:], problems: [problem])
        }
    }

    /// - Parameters:
    ///   - path: What error messages call it.
    ///   - bytes: What is in it.
    public init(path: String, bytes: [UInt8]) {
        self.init(path: path, document: YAMLDocument(bytes))
    }

    private init(path: String, document: YAMLDocument) {
        var reader = SettingsFileReader(path: path)
        for fault in document.faults { reader.report(fault) }
        if let root = document.root { reader.read(root) }
        self.init(path: path, entries: reader.entries, problems: reader.problemsInOrder)
    }

    private init(path: String, entries: [String: Entry], problems: [SettingsError]) {
        self.path = path
        self.entries = entries
        self.problems = problems
    }
}
