import Testing

/// What the formatter cannot see.
@Suite struct StyleTests {
    @Test func `names say what is inside`() async throws {
        let empty = ["util", "helper", "common", "manager", "misc"]
        for file in try await SourceTree.sources() {
            for word in empty { #expect(!file.path.lowercased().contains(word), "\(file.path)") }
        }
    }

    @Test func `programs are small, and nothing is printed or left for later in sources`() async throws {
        for file in try await SourceTree.sources() {
            let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count <= 400, "\(file.path) has \(lines.count) lines")
            if ["gateway", "backend", "tunergate"].contains(file.module) {
                #expect(lines.count <= 41, "\(file.path) has \(lines.count) lines")
            }
            for word in ["TODO", "FIXME", "Task.detached", "DispatchQueue", "try! "] {
                #expect(!file.text.contains(word), "\(file.path) has \(word)")
            }
        }
    }
}
