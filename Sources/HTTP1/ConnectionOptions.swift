/// What the `Connection` fields of one head ask for (RFC 9110, section 7.6.1).
public struct ConnectionOptions: Sendable {
    public private(set) var close = false
    public private(set) var keepAlive = false
    /// Other names listed, lower-cased: fields of these names are for this connection only.
    private var named: [[UInt8]] = []

    private static let closeName = Array("close".utf8)
    private static let keepAliveName = Array("keep-alive".utf8)
    /// A head with more options than this is nobody's honest request.
    private static let namedMax = 16

    mutating func reset() {
        close = false
        keepAlive = false
        if !named.isEmpty { named.removeAll(keepingCapacity: true) }
    }

    /// Adds the options of one field's value.
    mutating func add(_ value: Span<UInt8>) throws(HeadError) {
        var start = 0
        while start < value.count {
            var end = start
            while end < value.count, value[end] != Octet.comma { end += 1 }
            try addOption(value.extracting(start..<end))
            start = end + 1
        }
    }

    private mutating func addOption(_ option: Span<UInt8>) throws(HeadError) {
        var start = 0
        var end = option.count
        while start < end, Octet.isBlank(option[start]) { start += 1 }
        while end > start, Octet.isBlank(option[end - 1]) { end -= 1 }
        let name = option.extracting(start..<end)
        guard !name.isEmpty else { return }
        if name.equalsIgnoringCase(Self.closeName) {
            close = true
        } else if name.equalsIgnoringCase(Self.keepAliveName) {
            keepAlive = true
        } else {
            guard named.count < Self.namedMax else { throw .malformed("The Connection header names too many options.") }
            var copy: [UInt8] = []
            for index in name.indices { copy.append(Octet.lowercased(name[index])) }
            named.append(copy)
        }
    }

    /// Whether a field of this name was listed.
    public func names(_ name: Span<UInt8>) -> Bool {
        guard !named.isEmpty else { return false }
        return named.contains { name.equalsIgnoringCase($0) }
    }
}
