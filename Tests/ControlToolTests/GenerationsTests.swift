import Testing

@testable import ControlTool

@Suite struct GenerationsTests {
    @Test func `an old gateway that ends after its successor started is done`() {
        var generations = Generations()
        let (old, new) = (generations.start(), generations.start())
        #expect(generations.areSeveral)
        #expect(generations.end(old, .exited(code: 0)) == .predecessorDone)
        #expect(!generations.areSeveral)
        #expect(generations.end(new, .killed(signal: 9)) == .lastEnded)
    }

    @Test(arguments: [ProgramEnding.killed(signal: 9), .exited(code: 1), .refused])
    func `an old gateway that dies beside its successor is told and not started again`(ending: ProgramEnding) {
        var generations = Generations()
        let old = generations.start()
        _ = generations.start()
        #expect(generations.end(old, ending) == .predecessorLost)
    }

    @Test(arguments: [ProgramEnding.refused, .exited(code: 0), .killed(signal: 11), .neverStarted(problem: "gone")])
    func `a successor that ends leaves the old gateway to look at`(ending: ProgramEnding) {
        var generations = Generations()
        let (old, new) = (generations.start(), generations.start())
        #expect(generations.end(new, ending) == .successorLost)
        #expect(generations.end(old, .exited(code: 0)) == .lastEnded)
    }

    @Test func `a single gateway's end leaves nobody`() {
        var generations = Generations()
        let only = generations.start()
        #expect(generations.end(only, .refused) == .lastEnded)
    }
}
