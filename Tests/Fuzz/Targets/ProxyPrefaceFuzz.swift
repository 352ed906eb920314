import NetworkAddress

/// A preface is the same however it arrives, and never longer than its format allows.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = input(start, count)
    requireSameVerdict(of: bytes) { outcome($0) }
    guard case .parsed(let source, let count) = ProxyPreface.parse(bytes.span) else { return 0 }
    let isText = bytes[0] == UInt8(ascii: "P")
    require(count <= (isText ? ProxyPreface.Limits.text : ProxyPreface.Limits.binary), "a preface is too long")
    guard let source else { return 0 }
    // The address that was told is in the preface: in words, or in bytes.
    if isText {
        let words = bytes[..<count].split(separator: UInt8(ascii: " "))
        require(words.count == 6 && IPAddress(text: words[2]) == source, "an address that nobody wrote")
    } else {
        let width = source.family == .v4 && bytes[13] >> 4 == 1 ? 4 : 16
        let bits = bytes[16..<16 + width].reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        require(
            (width == 4 ? IPAddress(v4: UInt32(bits)) : IPAddress(v6: bits)) == source, "an address that nobody wrote")
    }
    return 0
}

private func outcome(_ bytes: ArraySlice<UInt8>) -> Outcome {
    switch ProxyPreface.parse(bytes.span) {
    case .needsMore: .needsMore
    case .absent: .refused(0)
    case .parsed(_, let count): .taken(count)
    case .malformed(let flaw): .refused(flaw.rawValue.utf8.reduce(1) { $0 &* 31 &+ Int($1) })
    }
}
