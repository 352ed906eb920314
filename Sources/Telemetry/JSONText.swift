/// Builds one JSON object, escaping whatever could end a string or a line.
public struct JSONText: Sendable {
    private(set) var text = "{"

    public init() {}

    /// Adds a member whose value is a string.
    public mutating func add(_ name: String, _ value: String) {
        separate()
        Self.quote(name, into: &text)
        text += ":"
        Self.quote(value, into: &text)
    }

    /// Adds a member whose value is written in JSON already.
    public mutating func add(_ name: String, json: String) {
        separate()
        Self.quote(name, into: &text)
        text += ":" + json
    }

    public mutating func add(_ name: String, _ value: Int) {
        add(name, json: String(value))
    }

    public mutating func add(_ name: String, _ value: Bool) {
        add(name, json: value ? "true" : "false")
    }

    /// Adds a member whose value is a list of what is written in JSON already.
    public mutating func add(_ name: String, list: [String]) {
        add(name, json: "[" + list.joined(separator: ",") + "]")
    }

    private mutating func separate() {
        if text.utf8.count > 1 { text += "," }
    }

    public var closed: String { text + "}" }

    /// Quotes by RFC 8259, section 7, and escapes every control character, so that no value forges a line.
    public static func quoted(_ value: String) -> String {
        var text = ""
        quote(value, into: &text)
        return text
    }

    /// Appends a text so quoted.
    public static func quote(_ value: String, into text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
