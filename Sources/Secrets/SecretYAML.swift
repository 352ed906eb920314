import JSON
import YAMLDocument

/// A secrets file in YAML, as lines and as values.
struct SecretYAML {
    private let lines: [Substring]
    private let members: [YAMLMember]

    /// Reads the file.
    init(_ bytes: [UInt8]) throws(SecretFileProblem) {
        let text = String(decoding: bytes, as: UTF8.self)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let document = YAMLDocument(bytes)
        guard document.faults.isEmpty else {
            throw SecretFileProblem("The secrets file is no YAML that can be read. Repair it, or remove it.")
        }
        switch document.root?.content {
        case nil, .empty: members = []
        case .mapping(let members): self.members = members
        default: throw SecretFileProblem("The secrets file is no list of names with values. Repair it, or remove it.")
        }
    }

    var values: SecretValues {
        var values: SecretValues = [:]
        for member in members {
            if let name = SecretName(member.key), case .scalar(let text) = member.value.content { values[name] = text }
        }
        return values
    }

    /// The file with a secret set or taken out, and all other lines as they are.
    func setting(_ name: SecretName, to value: String?) throws(SecretFileProblem) -> [UInt8] {
        // A JSON text is a YAML scalar too, whatever is in it.
        let line = value.map { "\(name.text): \(JSONValue.string($0).jsonText)" }
        guard let index = members.firstIndex(where: { SecretName($0.key) == name }) else {
            guard let line else { return bytes(lines) }
            guard members.isEmpty || members.allSatisfy({ $0.place.column == 1 }) else { throw Self.unusual }
            let end = lines.last == "" ? lines.dropLast() : lines[...]
            return bytes(end + [Substring(line), ""])
        }
        guard members.allSatisfy({ $0.place.column == 1 }) else { throw Self.unusual }
        let start = members[index].place.line - 1
        let next = index + 1 < members.count ? members[index + 1].place.line - 1 : lines.count
        // What is said about the next one stays with it.
        let kept = lines[(start + 1)..<next].reversed().prefix { $0.isEmpty || $0.hasPrefix("#") }.count
        return bytes(lines[..<start] + (line.map { [Substring($0)] } ?? []) + lines[(next - kept)...])
    }

    private static let unusual = SecretFileProblem(
        "The secrets file is not written with one name at the beginning of each line. Write it so, then save again.")

    private func bytes(_ lines: some Sequence<Substring>) -> [UInt8] {
        Array(lines.joined(separator: "\n").utf8)
    }
}
