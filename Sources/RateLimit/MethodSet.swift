/// Some of HTTP's methods, as bits.
struct MethodSet: Sendable {
    private static let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    /// Any method beyond those.
    private static let other: UInt8 = 0x80

    private let bits: UInt8

    /// Methods by their names; none is all.
    init(_ names: [String]) {
        var bits: UInt8 = 0
        for name in names { bits |= Self.known.firstIndex(of: name).map { 1 << UInt8($0) } ?? Self.other }
        self.bits = names.isEmpty ? 0xff : bits
    }

    /// The method of a request: it has a case, so `get` is none that is known.
    init(_ method: Span<UInt8>) {
        // The first two letters and the length tell those that are known apart; the rest is compared then.
        guard method.count > 2 else {
            bits = Self.other
            return
        }
        switch (method.count, method[0], method[1]) {
        case (3, UInt8(ascii: "G"), UInt8(ascii: "E")): bits = Self.ends(method, with: "T") ? 1 << 0 : Self.other
        case (4, UInt8(ascii: "H"), UInt8(ascii: "E")): bits = Self.ends(method, with: "AD") ? 1 << 1 : Self.other
        case (4, UInt8(ascii: "P"), UInt8(ascii: "O")): bits = Self.ends(method, with: "ST") ? 1 << 2 : Self.other
        case (3, UInt8(ascii: "P"), UInt8(ascii: "U")): bits = Self.ends(method, with: "T") ? 1 << 3 : Self.other
        case (5, UInt8(ascii: "P"), UInt8(ascii: "A")): bits = Self.ends(method, with: "TCH") ? 1 << 4 : Self.other
        case (6, UInt8(ascii: "D"), UInt8(ascii: "E")): bits = Self.ends(method, with: "LETE") ? 1 << 5 : Self.other
        case (7, UInt8(ascii: "O"), UInt8(ascii: "P")): bits = Self.ends(method, with: "TIONS") ? 1 << 6 : Self.other
        default: bits = Self.other
        }
    }

    private static func ends(_ method: Span<UInt8>, with letters: String) -> Bool {
        var index = 2
        for letter in letters.utf8 {
            guard method[index] == letter else { return false }
            index += 1
        }
        return true
    }

    func contains(_ method: MethodSet) -> Bool { bits & method.bits != 0 }
}
