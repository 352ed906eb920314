import Testing

@testable import AuditTrail

@Suite struct ULIDTests {
    @Test func `the text form is that of the specification`() throws {
        let id = try #require(ULID("01ARZ3NDEKTSV4RRFFQ69G5FAV"))
        #expect(id.milliseconds == 1_469_922_850_259)
        #expect(id.description == "01ARZ3NDEKTSV4RRFFQ69G5FAV")
        #expect(ULID("01arz3ndektsv4rrffq69g5fav") == id)
        #expect(ULID("7ZZZZZZZZZZZZZZZZZZZZZZZZZ")?.bits == .max)
    }

    @Test(arguments: [
        "", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FAVV", "81ARZ3NDEKTSV4RRFFQ69G5FAV",
        "01ARZ3NDEKTSV4RRFFQ69G5FAI", "01ARZ3NDEKTSV4RRFFQ69G5FAL", "01ARZ3NDEKTSV4RRFFQ69G5FAO",
        "01ARZ3NDEKTSV4RRFFQ69G5FAU", "01ARZ3NDEKTSV4RRFFQ69G5FA ", "01ARZ3NDEKTSV4RRFFQ69G5Fé",
    ])
    func `nothing else is an id`(text: String) {
        #expect(ULID(text) == nil)
    }

    @Test func `time and random bits do not mix`() {
        let id = ULID(milliseconds: 1, randomBits: .max)
        #expect(id.milliseconds == 1)
        #expect(id.bits == (2 << 80 as UInt128) - 1)
    }

    /// Each row: what the clock shows and the random bits, call after call.
    @Test(
        arguments: [
            [(5, 0), (6, 0), (7, 0)],
            [(5, 9), (5, 3), (5, 3)],
            [(5, 9), (4, 3), (3, 3), (6, 0)],
            [(5, UInt128.max), (5, 0), (5, 0), (6, 0), (7, 0)],
        ] as [[(Int64, UInt128)]])
    func `ids grow, whatever the clock and the bits do`(calls: [(milliseconds: Int64, randomBits: UInt128)]) {
        var generator = ULIDGenerator()
        let ids = calls.map { generator.next(milliseconds: $0.milliseconds, randomBits: $0.randomBits) }
        for (earlier, later) in zip(ids, ids.dropFirst()) {
            #expect(earlier < later)
            #expect(earlier.description < later.description)
        }
    }

    @Test func `a new millisecond takes new bits, and the same one counts on`() {
        var generator = ULIDGenerator()
        let first = generator.next(milliseconds: 5, randomBits: 40)
        let second = generator.next(milliseconds: 5, randomBits: 90)
        let third = generator.next(milliseconds: 6, randomBits: 2)
        #expect(first == ULID(milliseconds: 5, randomBits: 40))
        #expect(second == ULID(milliseconds: 5, randomBits: 41))
        #expect(third == ULID(milliseconds: 6, randomBits: 2))
    }
}
