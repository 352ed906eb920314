import HTTP1
import Reactor

/// Step 1: what the request is called in logs, here and behind us.
///
/// Ours are 16 hexadecimal digits, unique on this machine, not secret.
/// A counter behind a mixing function (SplitMix64), started at random: a system call for each would cost as much as a
/// quarter of a request.
struct RequestIDs {
    private var state: UInt64

    /// - Parameter seed: Random, and another one for each worker.
    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// Sixteen bytes for a tunnel's key, which only has to be new (RFC 6455, section 1.3).
    mutating func entropy() -> [16 of UInt8] {
        let halves = (next(), next())
        return .init { UInt8(truncatingIfNeeded: ($0 < 8 ? halves.0 : halves.1) >> UInt64($0 % 8 * 8)) }
    }

    static func append(_ id: UInt64, to buffer: Buffer) {
        let digits = digits(id)
        buffer.append(digits.span)
    }

    static func digits(_ id: UInt64) -> [16 of UInt8] {
        [16 of UInt8] { index in
            let digit = UInt8(truncatingIfNeeded: id >> UInt64(60 - 4 * index)) & 15
            return digit < 10 ? 0x30 + digit : 0x57 + digit
        }
    }

    /// The line with the client's own id, if it may go up: the first that is acceptable.
    static func own(_ head: borrowing RequestHead, _ bytes: Span<UInt8>) -> FieldLine? {
        for field in head.fields where field.name == .requestID {
            if isAcceptable(bytes.extracting(field.value)) { return field }
        }
        return nil
    }

    /// Writes the id that goes up: the client's own, otherwise the one that was made.
    static func write(_ head: borrowing RequestHead, _ bytes: Span<UInt8>, made: UInt64, to text: inout [UInt8]) {
        text.removeAll(keepingCapacity: true)
        if let own = own(head, bytes) {
            for index in own.value { text.append(bytes[index]) }
        } else {
            let digits = digits(made)
            for index in digits.indices { text.append(digits[index]) }
        }
    }

    /// Whether a client's own id is kept: short, and of characters that are safe in any log.
    static func isAcceptable(_ id: Span<UInt8>) -> Bool {
        guard (1...64).contains(id.count) else { return false }
        for index in id.indices {
            switch id[index] {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "_"): continue
            default: return false
            }
        }
        return true
    }
}
