import NetworkAddress
import Testing

@Suite struct PrefixSetTests {
    @Test(arguments: 0..<40)
    func `it holds what its networks hold, by a brute-force oracle`(seed: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(seed))
        // Addresses of few bits lie close together, so that networks overlap, touch and miss.
        let texts = (0..<Int.random(in: 0...60, using: &numbers)).map { _ in network(&numbers) }
        let blocks = try texts.map { try #require(CIDRBlock($0), "\($0)") }
        let set = PrefixSet(blocks)
        #expect(set.isEmpty == blocks.isEmpty)
        #expect(set.rangeCount <= blocks.count)
        for _ in 0..<2000 {
            let address = address(&numbers)
            #expect(set.contains(address) == blocks.contains { $0.contains(address) }, "\(address) in \(texts)")
        }
        // The edges, where a search goes wrong.
        for block in blocks {
            for step: UInt128 in [0, 1, .max] {
                let near = neighbour(block.network, step)
                #expect(set.contains(near) == blocks.contains { $0.contains(near) }, "\(near) in \(texts)")
            }
        }
    }

    private func address(_ numbers: inout SeededNumbers) -> IPAddress {
        let low = UInt32.random(in: 0...0xfff, using: &numbers)
        switch Int.random(in: 0...3, using: &numbers) {
        case 0: return IPAddress(v6: 0x2001_0db8 << 96 | UInt128(low))
        case 1: return IPAddress(v6: UInt128(low))
        case 2: return IPAddress(v4: .max - low)
        default: return IPAddress(v4: 0x0a00_0000 | low)
        }
    }

    private func network(_ numbers: inout SeededNumbers) -> String {
        let address = address(&numbers)
        let width = address.family == .v4 ? 32 : 128
        return "\(address)/\(Int.random(in: (width - 12)...width, using: &numbers))"
    }

    private func neighbour(_ address: IPAddress, _ step: UInt128) -> IPAddress {
        switch address.family {
        case .v4: IPAddress(v4: UInt32(truncatingIfNeeded: address.bits &+ step))
        case .v6: IPAddress(v6: address.bits &+ step)
        }
    }

    @Test(
        arguments: [
            (["10.0.0.0/9", "10.128.0.0/9"], 1), (["10.0.0.0/8", "10.1.0.0/16"], 1),
            (["10.1.0.0/16", "10.0.0.0/8"], 1),
            (["1.2.3.4", "1.2.3.5", "1.2.3.7"], 2), (["0.0.0.0/0", "255.255.255.255"], 1), (["::/0", "0.0.0.0/0"], 2),
            (["::/0", "ffff::"], 1), ([], 0),
        ] as [([String], Int)])
    func `networks that touch are one range`(texts: [String], ranges: Int) throws {
        #expect(try PrefixSet(texts).rangeCount == ranges)
    }

    @Test func `a whole family is a range, and none of the other`() throws {
        let v4 = try PrefixSet(["0.0.0.0/0"])
        let v6 = try PrefixSet(["::/0"])
        for text in ["0.0.0.0", "255.255.255.255", "::ffff:1.2.3.4"] {
            let address = try #require(IPAddress(text))
            #expect(v4.contains(address))
            #expect(!v6.contains(address))
        }
        for text in ["::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"] {
            let address = try #require(IPAddress(text))
            #expect(!v4.contains(address))
            #expect(v6.contains(address))
        }
    }

    @Test func `a bad entry is named`() throws {
        let error = try #require(throws: NetworkListError.self) { try PrefixSet(["10.0.0.0/8", "10.0.0.300"]) }
        #expect(error.entry == "10.0.0.300")
        #expect(error.index == 1)
    }
}
