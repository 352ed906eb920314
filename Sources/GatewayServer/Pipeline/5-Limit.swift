import HTTP1

/// Step 5: how much the client may ask for.
extension Worker {
    /// Sets what the rest of the request is held to.
    ///
    /// - Returns: The refusal of a body that is announced to be too large; one that turns out to be is refused then.
    func limit(_ stream: ClientStream, _ bytes: Span<UInt8>) -> Refusal? {
        guard requestHead.framing != .none else { return nil }
        stream.bodyBytesLeft = bodyLimits.limit(for: pathForm, of: bytes.extracting(requestHead.target))
        guard case .length(let length) = requestHead.framing, length > stream.bodyBytesLeft else { return nil }
        counters.limitHits.bump(.bodyBytes)
        return .bodyTooLarge
    }
}
