import YAMLDocument

extension YAMLDocument {
    init(_ text: String) { self.init(Array(text.utf8)) }

    var messages: [String] {
        faults.map { "\($0.place.line):\($0.place.column) \($0.subject) \($0.problem). \($0.remedy)" }
    }
}

extension YAMLNode {
    /// A document in a few lines, one for each member of its top.
    var outline: String {
        guard case .mapping(let members) = content else { return text }
        return members.map(\.outline).joined(separator: "\n")
    }

    fileprivate var text: String {
        let inner =
            switch content {
            case .empty: "~"
            case .refused: "!"
            case .scalar(let text): text
            case .sequence(let items): "[\(items.map(\.text).joined(separator: ", "))]"
            case .mapping(let members): "{\(members.map(\.outline).joined(separator: ", "))}"
            }
        return "\(place.line):\(place.column) \(inner)"
    }
}

extension YAMLMember {
    fileprivate var outline: String { "\(place.line):\(place.column) \(key) = \(value.text)" }
}
