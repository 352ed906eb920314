internal import NetworkAddress

/// A parameter of a query that cannot be used: the client's fault, 422.
public struct AuditQueryError: Error, Equatable, CustomStringConvertible {
    /// The parameter's name, as it was written.
    public let parameter: String
    /// What is wrong, in one sentence.
    public let reason: String

    public var description: String { "\(parameter): \(reason)" }
}

extension AuditQuery {
    /// Reads the parameters of a request.
    ///
    /// `event_type` may be given several times, as a list with commas, and as `prefix.*`; either name of a type will do.
    /// `actor`, `target` and `cidr` answer to `actor_id`, `target_id` and `ip` too. An unknown parameter is refused: a
    /// filter with a slip in its name would let everything through. A date alone is the whole day in UTC: `since` its first
    /// instant, `until` its last.
    ///
    /// - Parameters:
    ///   - parameters: Names and values, decoded.
    ///   - instant: Reads a time in ISO 8601 into milliseconds since 1970-01-01T00:00:00Z; nil for what is none.
    /// - Throws: The first parameter that cannot be used.
    public init(
        parameters: [(name: String, value: String)], instant: (String) -> Int64?
    ) throws(AuditQueryError) {
        self.init()
        var seen: Set<String> = []
        for (written, value) in parameters {
            let name = Self.otherNames[written] ?? written
            func refused(_ reason: String) -> AuditQueryError {
                AuditQueryError(parameter: String(written.prefix(64)), reason: reason)
            }
            guard Self.names.contains(name) else { throw refused("There is no such parameter.") }
            guard !value.isEmpty else { throw refused("The value is empty.") }
            guard value.utf8.count <= Self.valueMax else { throw refused("The value is longer than 512 bytes.") }
            guard seen.insert(name).inserted || name == "event_type" else { throw refused("It is given twice.") }
            if let reason = read(name, value, instant) { throw refused(reason) }
        }
        if let since, let until, since > until {
            throw AuditQueryError(parameter: "until", reason: "It is before since.")
        }
    }

    private static let otherNames = ["actor_id": "actor", "target_id": "target", "ip": "cidr"]
    private static let names: Set = [
        "event_type", "actor", "target_type", "target", "since", "until", "cidr", "limit", "offset",
    ]
    private static let valueMax = 512

    /// Takes one parameter.
    ///
    /// - Returns: What is wrong with it; nil when nothing is.
    private mutating func read(_ name: String, _ value: String, _ instant: (String) -> Int64?) -> String? {
        switch name {
        case "event_type": return addTypes(value)
        case "actor": actor = value
        case "target_type": targetType = value
        case "target": target = value
        case "since": return readTime(instant(Self.isDate(value) ? value + "T00:00:00Z" : value), into: \.since)
        case "until": return readTime(instant(Self.isDate(value) ? value + "T23:59:59.999Z" : value), into: \.until)
        case "cidr":
            network = CIDRBlock(value)
            return network == nil ? "It is no address and no range like 192.0.2.0/24 or 2001:db8::/32." : nil
        default: return readNumber(name, value)
        }
        return nil
    }

    private mutating func addTypes(_ list: String) -> String? {
        for name in list.split(separator: ",", omittingEmptySubsequences: false) {
            let found = Self.types(named: name)
            // An unknown name would find nothing and look as if nothing had happened.
            guard !found.isEmpty else { return "There is no event type \(Self.quoted(name)); see /api/audit/types." }
            types = (types ?? []).union(found)
        }
        return nil
    }

    /// The types of one name or one `prefix.*`, in which both names of a type count.
    private static func types(named name: Substring) -> [AuditEventType] {
        guard name.hasSuffix(".*") else {
            return AuditEventType(String(name)).map { type in AuditEventType.known.filter { $0 == type } } ?? []
        }
        let prefix = name.dropLast()
        return AuditEventType.known.filter { $0.name.hasPrefix(prefix) || $0.alias?.hasPrefix(prefix) ?? false }
    }

    private static func quoted(_ name: Substring) -> String {
        AuditEventType.isWellFormed(name) ? String(name) : "of that spelling"
    }

    /// Whether it has the form of a day: `2024-01-15`.
    private static func isDate(_ text: String) -> Bool {
        text.utf8.count == 10
            && text.utf8.enumerated().allSatisfy { index, byte in
                [4, 7].contains(index)
                    ? byte == UInt8(ascii: "-") : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
    }

    private mutating func readTime(_ time: Int64?, into bound: WritableKeyPath<AuditQuery, Int64?>) -> String? {
        guard let time else { return "It is no time like 2024-01-15T10:30:00Z, and no date like 2024-01-15." }
        self[keyPath: bound] = time
        return nil
    }

    private mutating func readNumber(_ name: String, _ value: String) -> String? {
        let range = name == "limit" ? Limits.limit : Limits.offset
        let isDecimal = value.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isDecimal, let number = Int(value), range.contains(number) else {
            return "It is no whole number from \(range.lowerBound) to \(range.upperBound)."
        }
        if name == "limit" { limit = number } else { offset = number }
        return nil
    }
}
