extension AuditEvent {
    /// Appends the event as one line of JSON, without the line's end.
    ///
    /// Members that are nil are left out, and so are empty details. What is read back (`Decodable`) is equal.
    ///
    /// - Parameter line: Where it is appended; a refusal of the gateway takes at most 2 KiB.
    public func appendLine(to line: inout [UInt8]) {
        var object = LineObject()
        object.add("id", id, to: &line)
        object.add("time_ms", milliseconds, to: &line)
        object.add("type", type.name, to: &line)
        object.add("actor", actor, to: &line)
        object.add("actor_name", actorName, to: &line)
        object.add("target_type", targetType, to: &line)
        object.add("target", target, to: &line)
        object.add("client", client, to: &line)
        object.add("method", method, to: &line)
        object.add("endpoint", endpoint, to: &line)
        object.add("user_agent", userAgent, to: &line)
        object.add("details", details, to: &line)
        object.add("count", Int64(count), to: &line)
        line.append(UInt8(ascii: "}"))
    }

    public var line: [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(512)
        appendLine(to: &line)
        return line
    }
}

/// Appends the members of one JSON object (RFC 8259).
private struct LineObject {
    private var isEmpty = true

    mutating func add(_ name: StaticString, _ value: Int64, to line: inout [UInt8]) {
        addName(name, to: &line)
        line += String(value).utf8
    }

    mutating func add(_ name: StaticString, _ value: ULID, to line: inout [UInt8]) {
        addName(name, to: &line)
        line.append(UInt8(ascii: "\""))
        value.append(to: &line)
        line.append(UInt8(ascii: "\""))
    }

    mutating func add(_ name: StaticString, _ value: String?, to line: inout [UInt8]) {
        guard let value else { return }
        addName(name, to: &line)
        Self.quote(value, to: &line)
    }

    mutating func add(_ name: StaticString, _ values: [String: String], to line: inout [UInt8]) {
        guard !values.isEmpty else { return }
        addName(name, to: &line)
        for (index, member) in values.sorted(by: { $0.key < $1.key }).enumerated() {
            line.append(UInt8(ascii: index == 0 ? "{" : ","))
            Self.quote(member.key, to: &line)
            line.append(UInt8(ascii: ":"))
            Self.quote(member.value, to: &line)
        }
        line.append(UInt8(ascii: "}"))
    }

    private mutating func addName(_ name: StaticString, to line: inout [UInt8]) {
        line.append(UInt8(ascii: isEmpty ? "{" : ","))
        isEmpty = false
        Self.quote(name.description, to: &line)
        line.append(UInt8(ascii: ":"))
    }

    private static let digits = Array("0123456789abcdef".utf8)

    /// Escapes what RFC 8259, section 7, requires, and every other control character and line end of Unicode.
    private static func quote(_ value: String, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                line.append(UInt8(ascii: "\\"))
                line.append(UInt8(truncatingIfNeeded: scalar.value))
            case "\u{20}"..."\u{7e}":
                line.append(UInt8(truncatingIfNeeded: scalar.value))
            case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}":
                line += "\\u".utf8
                for shift in stride(from: 12, through: 0, by: -4) {
                    line.append(digits[Int(scalar.value >> UInt32(shift)) & 15])
                }
            default:
                line += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            }
        }
        line.append(UInt8(ascii: "\""))
    }
}
