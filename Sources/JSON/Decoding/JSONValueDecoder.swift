/// Makes a value of any `Decodable` type from a document.
///
/// Foundation's decoder is not for the gateway, and makes numbers of other numbers on the way. This one is as strict as
/// the parser: nothing is converted, an integer is exact or an error, and every error names its place. It goes no deeper
/// than the document, whose depth the parser bounds.
public struct JSONValueDecoder {
    let value: JSONValue
    public let codingPath: [any CodingKey]

    public init(_ value: JSONValue) {
        self.init(value, at: [])
    }

    init(_ value: JSONValue, at codingPath: [any CodingKey]) {
        self.value = value
        self.codingPath = codingPath
    }

    /// Makes the value.
    ///
    /// - Throws: `DecodingError`, or what the type's own initializer throws.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try Value(from: self)
    }
}

extension JSONValueDecoder: Decoder {
    public var userInfo: [CodingUserInfoKey: Any] { [:] }

    public func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let members = value.members else { throw mismatch([String: JSONValue].self) }
        return KeyedDecodingContainer(ObjectContainer(members: members, codingPath: codingPath))
    }

    public func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let elements = value.elements else { throw mismatch([JSONValue].self) }
        return ArrayContainer(elements: elements, codingPath: codingPath)
    }

    public func singleValueContainer() -> any SingleValueDecodingContainer { self }
}

extension JSONValueDecoder {
    /// The error of a value that is not of the type.
    func mismatch(_ type: Any.Type) -> DecodingError {
        let context = DecodingError.Context(
            codingPath: codingPath, debugDescription: "Expected \(Self.name(of: type)), found \(value.kind).")
        return value.isNull ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    private static func name(of type: Any.Type) -> String {
        switch type {
        case is [String: JSONValue].Type: "an object"
        case is [JSONValue].Type: "an array"
        case is String.Type: "a string"
        case is Bool.Type: "a boolean"
        default: "a number"
        }
    }
}

extension JSONValue {
    /// What it is, in words.
    fileprivate var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
