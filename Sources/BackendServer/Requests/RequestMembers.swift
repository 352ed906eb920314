import JSON

/// The members of a JSON object in a request, read as what they must be; a null one counts as absent.
struct RequestMembers: Sendable {
    private let members: [String: JSONValue]

    init(_ members: [String: JSONValue]) { self.members = members }

    func text(_ name: String) throws(Refusal) -> String? { try read(name, "string", \.text) }

    func flag(_ name: String) throws(Refusal) -> Bool? { try read(name, "boolean", \.bool) }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(Refusal) -> Int? {
        guard let number = try read(name, "integer", \.integer) else { return nil }
        guard range.contains(number) else {
            throw Refusal(
                invalid: name, in: "body", "Input should be from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func texts(_ name: String, countMax: Int) throws(Refusal) -> [String]? {
        guard let elements = try read(name, "list", \.elements) else { return nil }
        guard elements.count <= countMax else {
            throw Refusal(invalid: name, in: "body", "A list has at most \(countMax) items")
        }
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.text else {
                throw Refusal(invalid: name, at: index, in: "body", "Input should be a valid string")
            }
            texts.append(text)
        }
        return texts
    }

    /// A text that must be there and have a byte at least.
    func required(_ name: String) throws(Refusal) -> String {
        guard let text = try text(name) else { throw Refusal(invalid: name, in: "body", "Field required") }
        guard !text.isEmpty else {
            throw Refusal(invalid: name, in: "body", "String should have at least 1 character")
        }
        return text
    }

    /// Refuses a member that nobody reads: its slip would go unseen.
    func allow(_ names: Set<String>) throws(Refusal) {
        guard let other = members.keys.sorted().first(where: { !names.contains($0) }) else { return }
        throw Refusal(
            invalid: String(other.prefix(64)), in: "body",
            "There is no such member. Those that there are: \(names.sorted().joined(separator: ", "))")
    }

    private func read<Value>(
        _ name: String, _ type: String, _ value: (JSONValue) -> Value?
    ) throws(Refusal) -> Value? {
        guard let member = members[name], !member.isNull else { return nil }
        guard let value = value(member) else {
            throw Refusal(invalid: name, in: "body", "Input should be a valid \(type)")
        }
        return value
    }
}
