/// What is remembered of the streams that are gone: how to take frames that still come for them.
///
/// Of the last 64 numbers each it knows whether the client used it, and whether we cut it off: a client that cannot
/// know yet is not to blame (RFC 9113, section 5.1, "closed"). Of older ones it knows nothing and blames nobody.
struct StreamHistory: Sendable {
    /// The highest number that a client used.
    private(set) var highest: UInt32 = 0
    /// Bit n is the stream n numbers below the highest.
    private var used: UInt64 = 0
    private var cutOff: UInt64 = 0

    enum Past: Sendable {
        case idle
        /// Passed over: by using a higher number the client gave it up (RFC 9113, section 5.1.1).
        case skipped
        /// The client ended or reset it.
        case ended
        /// We ended it.
        case cutOff
        case forgotten
    }

    func past(_ id: UInt32) -> Past {
        guard id & 1 == 1, id <= highest else { return .idle }
        let distance = UInt64((highest - id) / 2)
        guard distance < 64 else { return .forgotten }
        guard used >> distance & 1 == 1 else { return .skipped }
        return cutOff >> distance & 1 == 1 ? .cutOff : .ended
    }

    /// The client uses a number that is higher than all before.
    mutating func open(_ id: UInt32) {
        let distance = highest == 0 ? UInt64(64) : UInt64((id - highest) / 2)
        used = used << distance | 1
        cutOff <<= distance
        highest = id
    }

    mutating func cutOff(_ id: UInt32) {
        let distance = UInt64((highest - id) / 2)
        if distance < 64 { cutOff |= 1 << distance }
    }
}
