/// A JSON document as a value (RFC 8259).
///
/// Numbers keep their spelling, so that a training configuration reaches the provider as the user wrote it: `1e-4` and
/// `1.0` mean something to the programs behind. Object members are unordered; written out, they are sorted, which gives
/// equal documents equal bytes.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The literal text of a number, as in the grammar.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    public init(_ value: Int) { self = .number(String(value)) }

    /// A finite number; nothing else has a spelling in JSON.
    public init(_ value: Double) {
        self = value.isFinite ? .number(value.description) : .null
    }

    /// The text, or null.
    public init(_ value: String?) {
        self = value.map { .string($0) } ?? .null
    }

    public init(_ value: Double?) {
        self = value.map { JSONValue($0) } ?? .null
    }

    /// The member of an object; nil for a missing one and for what is no object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    public var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    public var bool: Bool? {
        guard case .bool(let bool) = self else { return nil }
        return bool
    }

    public var double: Double? {
        guard case .number(let literal) = self else { return nil }
        return Double(literal)
    }

    /// A number that is written as a whole one and fits.
    public var integer: Int? {
        guard case .number(let literal) = self else { return nil }
        return Int(literal)
    }

    public var elements: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    public var members: [String: JSONValue]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    public var isNull: Bool { self == .null }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByArrayLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self.init(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    public init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(Dictionary(members, uniquingKeysWith: { _, last in last }))
    }
}
