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

    /// The names of all variables that are set, sorted.
    public var names: [String] { variables.filter { !$0.value.isEmpty }.keys.sorted() }
}
