import Testing

@testable import BackendServer

@Suite struct SingleFlightTests {
    /// Counts searches, and lets none end before it is opened.
    private actor Search {
        private var isOpen = false
        private(set) var count = 0

        func open() { isOpen = true }

        func find() async -> Int {
            while !isOpen { await Task.yield() }
            count += 1
            return count
        }
    }

    @Test func `all who ask while something is found out get the one answer`() async {
        let flight = SingleFlight<Int>()
        let search = Search()
        let answers = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<100 { group.addTask { await flight.value { await search.find() } } }
            // Bounded, so that a flight that makes nobody wait fails instead of hanging.
            for _ in 0..<100_000 where await flight.waitingCount < 99 { await Task.yield() }
            await search.open()
            return await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(answers == [1])
        #expect(await search.count == 1)
        #expect(await flight.value { 7 } == 7)
    }
}

extension SingleFlight {
    fileprivate var waitingCount: Int { waiting?.count ?? 0 }
}
