/// Methods of requests, whatever the case they are written in; none is all.
struct MethodSet: OptionSet, Sendable {
    let rawValue: UInt16

    /// - Parameter names: Of methods that HTTP knows (RFC 9110, section 9.3, and RFC 5789). With GET goes HEAD.
    init(names: [String]) {
        var bits: UInt16 = 0
        for name in names {
            let word = Array(name.utf8)
            let method = MethodSet(method: word.span)
            precondition(!method.isEmpty, "a rule names a method that HTTP does not know: \(name)")
            bits |= method.rawValue
        }
        let (get, head): (UInt16, UInt16) = (1, 2)
        rawValue = bits & get > 0 ? bits | head : bits
    }

    init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// A request's method; empty for one that HTTP does not know.
    init(method: Span<UInt8>) {
        guard (3...7).contains(method.count) else {
            rawValue = 0
            return
        }
        var word: UInt64 = 0
        for index in method.indices { word = word << 8 | UInt64(method[index] & 0xdf) }
        rawValue =
            switch word {
            case 0x474554: 1
            case 0x4845_4144: 2
            case 0x504f_5354: 4
            case 0x505554: 8
            case 0x50_4154_4348: 16
            case 0x4445_4c45_5445: 32
            case 0x4f_5054_494f_4e53: 64
            case 0x54_5241_4345: 128
            case 0x43_4f4e_4e45_4354: 256
            default: 0
            }
    }

    func takes(_ method: MethodSet) -> Bool { isEmpty || !isDisjoint(with: method) }
}
