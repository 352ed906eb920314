import SystemPackage
import Testing

@Suite struct LinkedLibraryTests {
    @Test func `the gateway links neither ICU nor Foundation`() async throws {
        let dynamic = try await output(
            of: "readelf", ["-d", SourceTree.root.appending(".build/debug/tunergate-gateway").string])
        let libraries = dynamic.split(separator: "\n").filter { $0.contains("(NEEDED)") }.map(String.init)
        #expect(libraries.contains { $0.contains("libswiftCore") }, "this is not the program that was meant")
        for library in libraries {
            #expect(!library.contains("ICU") && !library.contains("icu"), "\(library)")
            #expect(!library.contains("Foundation"), "\(library)")
        }
    }
}
