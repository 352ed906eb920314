import Testing

/// That none of the original's 79 weaknesses loses the test that shows it to be gone.
@Suite struct WeaknessTests {
    /// Those that cannot be tested yet, because what they are about does not exist here.
    private static let leftOut: Set = [
        // Processes that share their windows through a database lose hits: the limiter's state is one process's.
        26,
        // A job of a user's own provider token is asked for with the global one: there is one token, for everybody.
        54,
        // A backup's name leads out of its folder, and nothing is inside: there are no backups yet.
        72,
        // Backups copy live files, and a restore deletes first: there is neither yet.
        73,
        // The routes about the database look in the wrong place: there are none yet.
        74,
    ]

    @Test func `each weakness of the original that applies here is named by a test`() async throws {
        var named: Set<Int> = []
        for file in try await SourceTree.tests() {
            for title in file.text.matches(of: /func `weakness(?:es)? ([0-9, and]+):/) {
                named.formUnion(title.output.1.split { !$0.isNumber }.compactMap { Int($0) })
            }
        }
        #expect(Set(1...79).subtracting(named).sorted() == Self.leftOut.sorted())
        #expect(named.allSatisfy { (1...79).contains($0) })
    }
}
