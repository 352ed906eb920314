/// The header fields of a request, in order, with names in lower case.
public struct HeaderList: Sendable {
    public let fields: [(name: String, value: String)]

    /// Lowers the names once, so that no look-up has to.
    public init(_ fields: [(name: String, value: String)]) {
        self.fields = fields.map { ($0.name.lowercased(), $0.value) }
    }

    /// The first value of a field, whose name is given in lower case.
    public subscript(_ name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    func values(of name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }
}
