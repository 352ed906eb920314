/// Finds something out once for everybody who asks while it is being found out.
///
/// Without it a thousand strangers who ask at the same moment would each cause the write, or the call to somebody
/// else's server, that one of them needs.
actor SingleFlight<Value: Sendable> {
    /// Who waits for the search under way; nil when none is.
    private(set) var waiting: [CheckedContinuation<Value, Never>]?

    /// The result of the search under way, or of one that starts now.
    ///
    /// - Parameter find: Searches; runs for the first who asks.
    /// - Returns: What was found.
    func value(_ find: @Sendable () async -> Value) async -> Value {
        guard waiting == nil else {
            return await withCheckedContinuation { waiting?.append($0) }
        }
        waiting = []
        let value = await find()
        for waiter in waiting ?? [] { waiter.resume(returning: value) }
        waiting = nil
        return value
    }
}
