import Testing

@testable import BackendServer

@Suite struct SecretSealTests {
    /// Weakness 76: the key was derived with a salt that is the same everywhere.
    @Test func `weakness 76: installations have different keys, and no secret is sealed alike twice`() throws {
        let folders = try [TemporaryFolder(), TemporaryFolder()]
        let keys = try folders.map { try KeyFile.uploads($0.path + "/upload.key").load() }
        #expect(keys[0] != keys[1])
        let seals = keys.map { SecretSeal(masterKey: $0) }
        let sealed = try (0..<3).map { _ in try seals[0].seal("the same secret") }
        #expect(Set(sealed).count == 3)
        for box in sealed {
            #expect(seals[0].open(box) == "the same secret")
            #expect(seals[1].open(box) == nil)
        }
    }
}
