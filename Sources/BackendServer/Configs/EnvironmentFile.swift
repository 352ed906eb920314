/// The lines of a `config.env`: `KEY=VALUE`, `export KEY=VALUE`, or `KEY+=VALUE`, which adds to what is there.
///
/// Values are quoted as in a shell. Nothing is run and nothing replaced: a `$` is a `$`.
struct EnvironmentFile {
    private(set) var values: [String: String] = [:]

    /// A line that cannot be read.
    struct Fault: Error, Equatable, CustomStringConvertible {
        /// Counted from 1.
        let line: Int
        let reason: String

        var description: String { "line \(line): \(reason)" }
    }

    /// - Parameter text: Of the file.
    /// - Throws: ``Fault`` for the first line that says something else.
    init(_ text: String) throws(Fault) {
        // Both are one character each.
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, line) in lines.enumerated() {
            do throws(Problem) { try take(line.drop { $0.isWhitespace }) } catch {
                throw Fault(line: index + 1, reason: error.rawValue)
            }
        }
    }

    private enum Problem: String, Error {
        case noAssignment = "this is no KEY=VALUE"
        case openQuote = "the quote is not closed"
    }

    private mutating func take(_ line: Substring) throws(Problem) {
        if line.isEmpty || line.hasPrefix("#") { return }
        let first = line.prefix { !$0.isWhitespace }
        let assignment = first == "export" ? line[first.endIndex...].drop { $0.isWhitespace } : line
        guard let equals = assignment.firstIndex(of: "=") else { throw .noAssignment }
        let isAdded = assignment[..<equals].last == "+"
        let name = assignment[..<equals].dropLast(isAdded ? 1 : 0)
        guard let end = name.lastIndex(where: { !$0.isWhitespace }), Self.isName(name[...end]) else {
            throw .noAssignment
        }
        let key = String(name[...end])
        let value = try Self.value(assignment[equals...].dropFirst())
        if isAdded, values[key]?.isEmpty == false {
            if !value.isEmpty { values[key]?.append(" " + value) }
        } else {
            values[key] = value
        }
    }

    private static func isName(_ text: Substring) -> Bool {
        text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") } && text.first?.isNumber == false
    }

    /// What a value means: quotes are taken off, unquoted blanks become one space, a `#` behind one begins a comment.
    private static func value(_ text: Substring) throws(Problem) -> String {
        var value = ""
        var isBlank = false
        var rest = text.drop { $0.isWhitespace }
        while let character = rest.popFirst() {
            if character.isWhitespace {
                isBlank = true
                continue
            }
            if isBlank {
                if character == "#" { return value }
                value += " "
                isBlank = false
            } else if character == "#", value.isEmpty {
                return value
            }
            switch character {
            case "'": value += try literal(&rest)
            case "\"": value += try quoted(&rest)
            case "\\": value += rest.popFirst().map { String($0) } ?? ""
            default: value.append(character)
            }
        }
        return value
    }

    private static func literal(_ rest: inout Substring) throws(Problem) -> String {
        guard let end = rest.firstIndex(of: "'") else { throw .openQuote }
        defer { rest = rest[rest.index(after: end)...] }
        return String(rest[..<end])
    }

    private static func quoted(_ rest: inout Substring) throws(Problem) -> String {
        var value = ""
        while let character = rest.popFirst() {
            if character == "\"" { return value }
            // Before other characters a backslash is one, as in a shell.
            if character == "\\", let next = rest.first, "\"\\$`".contains(next) {
                value.append(next)
                rest = rest.dropFirst()
            } else {
                value.append(character)
            }
        }
        throw .openQuote
    }
}
