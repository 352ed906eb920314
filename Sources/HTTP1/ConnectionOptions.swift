/// What the `Connection` fields of one head ask for (RFC 9110, section 7.6.1).
///
/// Kept and reused with its head: its storage is given back to the next one.
public struct ConnectionOptions: Sendable {
    public private(set) var close = false
    public private(set) var keepAlive = false
    /// Whether the sender offers to speak another protocol (RFC 9110, section 7.8).
    public private(set) var upgrade = false
    /// Other names listed, lower-cased, one behind the other: fields of these names are for this connection only.
    private var named: [UInt8] = []
    /// Where each of them ends.
    private var ends: [Int] = []

    /// A head with more options than this is nobody's honest request.
    private static let namedMax = 16

    mutating func reset() {
        close = false
        keepAlive = false
        upgrade = false
        guard !ends.isEmpty else { return }
        named.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    /// Adds the options of one field's value.
    mutating func add(_ value: Span<UInt8>) throws(HeadError) {
        var start = 0
        while start < value.count {
            var end = start
            while end < value.count, value[end] != Octet.comma { end += 1 }
            try addOption(value.extracting(start..<end).trimmingBlanks())
            start = end + 1
        }
    }

    private mutating func addOption(_ name: Span<UInt8>) throws(HeadError) {
        if name.isEmpty { return }
        if name.equalsIgnoringCase("close") {
            close = true
        } else if name.equalsIgnoringCase("keep-alive") {
            keepAlive = true
        } else if name.equalsIgnoringCase("upgrade") {
            upgrade = true
        } else {
            try addName(name)
        }
    }

    private mutating func addName(_ name: Span<UInt8>) throws(HeadError) {
        guard ends.count < Self.namedMax else { throw .malformed("The Connection header names too many options.") }
        for index in name.indices {
            guard Octet.isToken(name[index]) else { throw .malformed("The Connection header is not a list of names.") }
            named.append(Octet.lowercased(name[index]))
        }
        ends.append(named.count)
    }

    /// Whether a field of this name was listed.
    public func names(_ name: Span<UInt8>) -> Bool {
        var start = 0
        for end in ends {
            if name.count == end - start, isNamed(name, from: start) { return true }
            start = end
        }
        return false
    }

    private func isNamed(_ name: Span<UInt8>, from start: Int) -> Bool {
        for index in name.indices where Octet.lowercased(name[index]) != named[start + index] { return false }
        return true
    }
}
