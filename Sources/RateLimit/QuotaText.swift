/// The fields that tell a client its limit, all but `Retry-After`, as a head has them.
///
/// One is kept for each rule: an answer says what the last one said but for a few digits, and only those are written.
public struct QuotaText: Sendable {
    /// How a head writes its fields.
    public enum Form: CaseIterable, Sendable {
        /// Lines of HTTP/1.1, each with its end.
        case lines
        /// Literals of HPACK without indexing and compression, names in small letters (RFC 7541, section 6.2.2).
        case literals
    }

    /// In the order in which they are written.
    private static let told: [QuotaFields.Field] = [.limit, .remaining, .reset, .policy, .rateLimit]

    /// The fields, one behind the other; empty before the first decision.
    public private(set) var bytes: [UInt8] = []
    private let policy: [UInt8]
    private let form: Form
    /// What `bytes` say.
    private var numbers = Numbers()
    private var places = Places()

    /// What changes from one answer to the next, and what a rule's clients have in common.
    private struct Numbers: Equatable {
        var (limit, periodSeconds, remaining) = (-1, 0, 0)
        /// Unix seconds.
        var reset = 0
        var resetSeconds = 0
    }

    /// Where the digits are that change; what remains is told twice.
    private struct Places {
        var (remaining, reset, left, wait) = (0..<0, 0..<0, 0..<0, 0..<0)
    }

    /// - Parameters:
    ///   - policy: The rule's name in quotes: one of ``RuleTable/policyNames``.
    ///   - form: How the fields are written.
    public init(policy: [UInt8], as form: Form) {
        self.policy = policy
        self.form = form
    }

    /// Makes `bytes` tell a decision.
    ///
    /// - Parameters:
    ///   - decision: What became of the request.
    ///   - unixMilliseconds: Now.
    public mutating func tell(_ decision: RateDecision, unixMilliseconds: Int64) {
        let next = Numbers(
            limit: decision.limit, periodSeconds: decision.periodSeconds, remaining: max(0, decision.remaining),
            reset: QuotaFields.reset(decision, unixMilliseconds), resetSeconds: decision.resetSeconds)
        defer { numbers = next }
        if numbers.limit != next.limit || numbers.periodSeconds != next.periodSeconds || !change(to: next) {
            write(decision, unixMilliseconds: unixMilliseconds)
        }
    }

    /// Writes the digits that differ.
    ///
    /// - Returns: Whether all have room: a number with more or fewer digits than the one before has not.
    private mutating func change(to next: Numbers) -> Bool {
        let (places, last) = (places, numbers)
        var bytes = self.bytes.mutableSpan
        if next.remaining != last.remaining {
            guard Self.write(next.remaining, to: &bytes, at: places.remaining),
                Self.write(next.remaining, to: &bytes, at: places.left)
            else { return false }
        }
        if next.reset != last.reset, !Self.write(next.reset, to: &bytes, at: places.reset) { return false }
        return next.resetSeconds == last.resetSeconds
            || Self.write(next.resetSeconds, to: &bytes, at: places.wait)
    }

    private static func write(_ number: Int, to bytes: inout MutableSpan<UInt8>, at place: Range<Int>) -> Bool {
        var (rest, index) = (UInt(number), place.upperBound)
        while index > place.lowerBound {
            index -= 1
            bytes[index] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
            rest /= 10
        }
        return rest == 0 && (place.count == 1 || bytes[place.lowerBound] != 0x30)
    }

    private mutating func write(_ decision: RateDecision, unixMilliseconds: Int64) {
        bytes.removeAll(keepingCapacity: true)
        for field in Self.told {
            begin(field)
            let start = bytes.count
            QuotaFields.append(field, of: decision, policy: policy, unixMilliseconds: unixMilliseconds, to: &bytes)
            let value = start..<bytes.count
            switch field {
            case .remaining: places.remaining = value
            case .reset: places.reset = value
            case .rateLimit: findPlaces(in: value)
            case .limit, .policy, .retryAfter: break
            }
            end(value)
        }
    }

    private mutating func begin(_ field: QuotaFields.Field) {
        let name = "\(field.name)"
        switch form {
        case .lines: bytes += "\(name): ".utf8
        case .literals:
            bytes += [0x00, UInt8(name.utf8.count)]
            bytes += name.lowercased().utf8
            // The value's length.
            bytes.append(0)
        }
    }

    private mutating func end(_ value: Range<Int>) {
        switch form {
        case .lines: bytes += "\r\n".utf8
        case .literals: bytes[value.lowerBound - 1] = UInt8(value.count)
        }
    }

    /// Finds the numbers in `"name";r=95;t=45`.
    private mutating func findPlaces(in value: Range<Int>) {
        func digits(before end: Int) -> Range<Int> {
            var start = end
            while bytes[start - 1] != UInt8(ascii: "=") { start -= 1 }
            return start..<end
        }
        places.wait = digits(before: value.upperBound)
        places.left = digits(before: places.wait.lowerBound - ";t=".utf8.count)
    }
}
