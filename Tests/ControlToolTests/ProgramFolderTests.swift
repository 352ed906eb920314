import SystemPackage
import Testing

@testable import ControlTool

@Suite struct ProgramFolderTests {
    @Test func `a missing program is named, with what to do`() throws {
        let error = #expect(throws: MissingProgram.self) {
            try ProgramFolder(path: "/usr/share/none", lifeline: Lifeline()).gateway()
        }
        #expect(error?.description.hasPrefix("/usr/share/none/tunergate-gateway is missing") == true)
    }

    @Test func `a folder below a file cannot be written, and its setting is named`() throws {
        let error = #expect(throws: UnwritableFolder.self) {
            try StateFolderCheck.check(path: "/proc/version/state", named: "SIMPLETUNER_STATE_DIR")
        }
        #expect(error?.description.contains("Set SIMPLETUNER_STATE_DIR to") == true)
    }
}
