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
    for field in [ForwardingField.forwardedFor, .forwarded, .realIP, .connectingIP, .other] {
        require(client(far, (field, list)) == far, "a stranger's claim counts")
    }
    // What a trusted hop appended decides, whatever stands before it.
    let seen = IPAddress(v4: 0xcb00_7107)
    require(client(near, (.forwardedFor, list + Array(",203.0.113.7".utf8))) == seen, "a claim outweighs the hop")
    require(client(near, (.forwardedFor, list), (.forwardedFor, Array("203.0.113.7".utf8))) == seen, "a line does")
    // A hop that is trusted adds nothing.
    let alone = client(near, (.forwardedFor, list))
    require(client(near, (.forwardedFor, list + Array(", 127.0.0.1".utf8))) == alone, "a trusted hop is the client")
}

private func client(_ peer: IPAddress, _ lines: (ForwardingField, [UInt8])...) -> IPAddress {
    var claims = ForwardingClaims()
    for (field, value) in lines { claims.read(field, value.span, .thisMachine) }
    return ClientIdentity(peer: .address(peer), claims: claims, hops: .thisMachine).address
}
