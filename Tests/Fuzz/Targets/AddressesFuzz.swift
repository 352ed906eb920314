import NetworkAddress

/// Addresses and ranges have one spelling, and a client's claim makes nobody else of him than it names.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = input(start, count)
    let text = String(decoding: bytes, as: UTF8.self)
    if let address = IPAddress(text: bytes[...]) {
        require(IPAddress(address.description) == address, "\(address) is another address when read again")
    }
    if let block = CIDRBlock(text) {
        require(CIDRBlock(block.description) == block, "\(block) is another range when read again")
        require(block.contains(block.network), "a range without its first address")
    }
    checkClaim(bytes)
    return 0
}

private func checkClaim(_ list: [UInt8]) {
    let (near, far) = (IPAddress(v4: 0x7f00_0001), IPAddress(v4: 0xc000_0207))
    for claim in [list, nil] {
        let told = ClientIdentity.resolve(peer: far, forwardedFor: claim, realIP: list, hasOtherClaim: true)
        require(told == far, "a stranger's claim counts")
    }
    let told = ClientIdentity.resolve(peer: near, forwardedFor: list, realIP: nil, hasOtherClaim: false)
    let entries = list.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { entry in
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        return IPAddress(text: ArraySlice(entry.drop(while: isBlank).reversed().drop(while: isBlank).reversed()))
    }
    // The walk goes from the right, past the machine itself, and stops at what it cannot read.
    let expected = entries.last { $0?.isLoopback != true } ?? entries.first ?? nil
    require(told == (expected ?? ClientIdentity.unknown), "\(told) is not who the trusted hop saw")
}
