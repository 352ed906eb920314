import HTTP1

/// Step 3: the normal form of the path, which the next steps' rules are matched against.
///
/// The bytes that go up are the client's own: signatures cover them.
extension Worker {
    /// - Returns: The refusal of a path that can be read in more than one way.
    func readPath(_ bytes: Span<UInt8>) -> Refusal? {
        do {
            try pathForm.read(bytes.extracting(requestHead.target))
            return nil
        } catch {
            return Refusal(error)
        }
    }
}
