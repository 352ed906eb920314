/// Which methods may be sent twice without harm (RFC 9110, section 9.2.2).
enum Idempotence {
    private static let methods = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"].map { Array($0.utf8) }

    static func holds(for method: Span<UInt8>) -> Bool {
        methods.contains { known in
            guard known.count == method.count else { return false }
            for index in known.indices where known[index] != method[index] { return false }
            return true
        }
    }
}
