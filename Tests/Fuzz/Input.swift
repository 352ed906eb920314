/// What every target needs: the input as an array, places to cut it, and a way to say what is wrong.

/// Copies the fuzzer's bytes, which live only as long as the call.
func input(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: start, count: count))
}

/// Stops the fuzzer with a sentence that an optimised build prints too.
func require(_ isTrue: Bool, _ sentence: @autoclosure () -> String) {
    if !isTrue { fatalError(sentence()) }
}

/// Where to cut: everywhere if the input is short, else at places that the input itself chooses.
func cuts(of bytes: [UInt8]) -> [Int] {
    guard bytes.count > 48 else { return Array(0...bytes.count) }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return (0..<4).map { Int(hash >> UInt64($0 * 16) & 0xffff) % bytes.count } + [1, bytes.count - 1]
}

/// What a parser that may need more bytes made of some.
enum Outcome: Equatable {
    case needsMore
    case taken(Int)
    case refused(Int)
}

/// The rule for all of them: more bytes may only turn "needs more" into something else.
func requireSameVerdict(of bytes: [UInt8], _ parse: (ArraySlice<UInt8>) -> Outcome) {
    let whole = parse(bytes[...])
    for cut in cuts(of: bytes) {
        let part = parse(bytes[..<cut])
        switch part {
        case .needsMore:
            if case .taken(let count) = whole {
                require(count > cut, "\(count) bytes suffice, but not when cut at \(cut)")
            }
        case .taken, .refused: require(part == whole, "\(whole), but \(part) when cut at \(cut)")
        }
    }
}

extension Span<UInt8> {
    func array(_ range: Range<Int>) -> [UInt8] { range.map { self[$0] } }
}

/// No value that passes may end its line for any reader.
func requireSafe(_ value: [UInt8]) {
    require(!value.contains { $0 == 0 || $0 == 0x0a || $0 == 0x0d }, "a value holds CR, LF or NUL")
}
