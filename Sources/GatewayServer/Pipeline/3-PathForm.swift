import HTTP1

/// Step 3: the normal form of the path, which the next steps' rules are matched against.
///
/// The bytes that go up are the client's own: signatures cover them.
extension Worker {
    /// - Returns: The refusal of a path that can be read in more than one way.
    func readPath(_ bytes: Span<UInt8>) -> Refusal? {
        do {
            let target = bytes.extracting(requestHead.target)
            try pathForm.read(target)
            return pathForm.hidesAnother(in: target) ? .disguisedPath : nil
        } catch {
            return Refusal(error)
        }
    }
}

extension PathForm {
    /// Whether the path is another one for a server that is more tolerant (``DisguisedPath``).
    func hidesAnother(in target: Span<UInt8>) -> Bool {
        !isPlain && DisguisedPath.hides(path(of: target))
    }
}
