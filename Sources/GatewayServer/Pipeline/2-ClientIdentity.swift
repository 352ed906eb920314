import HTTP1
import NetworkAddress

/// Step 2: who the client is, and how the backend is told.
extension ClientIdentity {
    /// Who the client is, from its peer's address and what the head claims.
    static func client(peer: IPAddress, _ head: borrowing RequestHead, _ bytes: Span<UInt8>) -> IPAddress {
        // A stranger's word counts for nothing, so it is not even looked for.
        guard peer.isLoopback else { return peer }
        var forwardedFor: [UInt8]?
        var realIP: [UInt8]?
        var hasOtherClaim = false
        for field in head.fields {
            switch field.name {
            case .forwardedFor:
                let value = copy(bytes.extracting(field.value))
                forwardedFor = forwardedFor.map { $0 + [UInt8(ascii: ",")] + value } ?? value
            case .realIP: realIP = copy(bytes.extracting(field.value))
            case .forwarding, .disguised: hasOtherClaim = true
            default: break
            }
        }
        return resolve(peer: peer, forwardedFor: forwardedFor, realIP: realIP, hasOtherClaim: hasOtherClaim)
    }

    /// The lines that tell the backend.
    ///
    /// Only the gateway writes them: the client's own of this family are dropped.
    static func lines(client: IPAddress, isSealed: Bool) -> [UInt8] {
        let lines = """
            X-Real-IP: \(client)\r\nX-Forwarded-For: \(client)\r\nX-Forwarded-Proto: \(isSealed ? "https" : "http")\r\n
            """
        return Array(lines.utf8)
    }

    private static func copy(_ bytes: Span<UInt8>) -> [UInt8] {
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for index in bytes.indices { copy.append(bytes[index]) }
        return copy
    }
}
