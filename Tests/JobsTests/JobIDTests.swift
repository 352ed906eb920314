import Jobs
import Testing

@Suite struct JobIDTests {
    /// SplitMix64 from a fixed start, so that the same ids are made each time.
    private struct SplitMix: RandomNumberGenerator {
        var value: UInt64 = 0
        mutating func next() -> UInt64 {
            value &+= 0x9e37_79b9_7f4a_7c15
            var mixed = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    @Test func `an id is 26 characters that S3 takes for a bucket`() {
        var randomness = SplitMix()
        let ids = (0..<100).map { _ in JobID.make(using: &randomness) }
        #expect(Set(ids).count == 100)
        for id in ids {
            #expect(id.count == 26)
            #expect(id.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) })
            #expect(JobID.isPlausible(id))
        }
    }

    @Test(arguments: ["", "../x", "a b", "a/b", "é", String(repeating: "a", count: 129), "a\n"])
    func `what cannot be an id is not looked up`(text: String) {
        #expect(!JobID.isPlausible(text))
    }
}
