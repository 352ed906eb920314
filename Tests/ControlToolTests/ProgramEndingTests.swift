import Testing

@testable import ControlTool

@Suite struct ProgramEndingTests {
    @Test(arguments: [
        (ending: ProgramEnding.exited(code: 0), isClean: true, code: 0),
        (ending: .killed(signal: 15), isClean: true, code: 143),
        (ending: .killed(signal: 9), isClean: false, code: 137),
        (ending: .exited(code: 1), isClean: false, code: 1),
        (ending: .refused, isClean: false, code: 78),
    ])
    func `a stop is clean when the program ended by itself or by SIGTERM`(
        ending: ProgramEnding, isClean: Bool, code: Int32
    ) {
        #expect(ending.isCleanStop == isClean)
        #expect(ending.exitCode == code)
    }
}
