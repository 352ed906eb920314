/// Why the backend cannot start: one sentence, and what to do.
struct StartupError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
