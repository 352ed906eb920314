/// Something did not happen in time.
public struct NeverHappened: Error, CustomStringConvertible {
    let what: String
    let patience: Duration

    public var description: String { "Waited \(patience) in vain until \(what)." }
}

/// Asks again and again until there is an answer.
///
/// - Parameters:
///   - what: What is waited for, as the end of the sentence "waited until …".
///   - patience: When to give up. Generous: it is only ever used up by a test that fails.
///   - answer: Nil as long as it has not happened.
/// - Returns: The first answer.
/// - Throws: `NeverHappened`, or what `answer` throws.
public func wait<Answer>(
    until what: String, patience: Duration = .seconds(30), _ answer: () async throws -> Answer?
) async throws -> Answer {
    let deadline = ContinuousClock.now + patience
    while true {
        if let answer = try await answer() { return answer }
        guard ContinuousClock.now < deadline else { throw NeverHappened(what: what, patience: patience) }
        try await Task.sleep(for: .milliseconds(10))
    }
}

/// Asks again and again until something holds.
///
/// - Parameters:
///   - what: What is waited for, as the end of the sentence "waited until …".
///   - patience: When to give up.
///   - condition: Whether it has happened.
/// - Throws: `NeverHappened`, or what `condition` throws.
public func wait(
    until what: String, patience: Duration = .seconds(30), holds condition: () async throws -> Bool
) async throws {
    try await wait(until: what, patience: patience) { try await condition() ? () : nil }
}
