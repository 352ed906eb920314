import HTTP1

/// What a request to the storage endpoint shows to prove who sent it, known by a hash.
///
/// It is looked for where the backend looks, in its order; what is there twice is none, since nobody knows which one the
/// backend reads. Whether it is good is for the backend to say, which also says where it found it.
struct Credential: Equatable {
    enum Place: Equatable {
        /// A job's upload token in a header of its own.
        case token
        /// The access key of a signature in `Authorization`.
        case header
        /// That of a signed address.
        case query

        /// Reads what the backend calls it; nil for anything else.
        init?(_ name: Span<UInt8>) {
            switch name.count {
            case 5 where name[0] == UInt8(ascii: "t"): self = .token
            case 5 where name[0] == UInt8(ascii: "q"): self = .query
            case 6 where name[0] == UInt8(ascii: "h"): self = .header
            default: return nil
            }
        }
    }

    let place: Place
    let hash: UInt128

    /// An access key that is shorter is no secret: SimpleTuner's own is `local` for everybody, so it is one at each
    /// address.
    private static let secretBytesMin = 20
    private static let bytesMax = 512

    /// The credential of a request; nil when it shows none.
    ///
    /// - Parameters:
    ///   - head: As parsed from `bytes`.
    ///   - bytes: The head's bytes.
    ///   - rule: The policy that it may count for: a token proves nothing to another rule's routes.
    ///   - address: The client's, as the limiter counts it.
    init?(_ head: borrowing RequestHead, _ bytes: Span<UInt8>, rule: UInt32, address: UInt128) {
        guard let (place, range) = Self.find(head, bytes), (1...Self.bytesMax).contains(range.count) else { return nil }
        self.place = place
        let isSecret = range.count >= Self.secretBytesMin
        // 128 bits of SipHash under the process's random key: nobody can choose one that is known.
        var (low, high) = (Hasher(), Hasher())
        high.combine(place)
        low.combine(rule)
        high.combine(rule)
        if !isSecret {
            low.combine(address)
            high.combine(address)
        }
        for index in range {
            low.combine(bytes[index])
            high.combine(bytes[index])
        }
        hash =
            UInt128(UInt64(bitPattern: Int64(high.finalize()))) << 64
            | UInt128(UInt64(bitPattern: Int64(low.finalize())))
    }

    /// Whether the request carries a signature of S3's kind, so that its sender reads S3's errors.
    static func isSigned(_ head: borrowing RequestHead, _ bytes: Span<UInt8>) -> Bool {
        guard let authorization = head.value(of: authorization, in: bytes) else { return false }
        return bytes.extracting(authorization).starts(with: scheme)
    }

    private static let authorization = Array("authorization".utf8)
    private static let tokens = [Array("x-upload-token".utf8), Array("x-simpletuner-secret".utf8)]
    private static let scheme = Array("AWS".utf8)
    private static let headerMark = Array("Credential=".utf8)
    private static let queryMark = Array("X-Amz-Credential=".utf8)

    private static func find(_ head: borrowing RequestHead, _ bytes: Span<UInt8>) -> (Place, Range<Int>)? {
        for token in tokens where head.value(of: token, in: bytes) != nil {
            return head.onlyValue(of: token, in: bytes).map { (.token, $0) }
        }
        if isSigned(head, bytes) {
            guard let value = head.onlyValue(of: authorization, in: bytes) else { return nil }
            return key(in: value, of: bytes, behind: headerMark).map { (.header, $0) }
        }
        return key(in: head.target, of: bytes, behind: queryMark).map { (.query, $0) }
    }

    /// The access key behind a mark, up to its scope.
    private static func key(in text: Range<Int>, of bytes: Span<UInt8>, behind mark: [UInt8]) -> Range<Int>? {
        var found: Range<Int>?
        for start in text where bytes[start] == mark[0] {
            guard bytes.extracting(start..<text.upperBound).starts(with: mark) else { continue }
            guard found == nil else { return nil }
            let first = start + mark.count
            var end = first
            while end < text.upperBound, !isEnd(bytes[end]) { end += 1 }
            found = first..<end
        }
        return found
    }

    private static func isEnd(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: ","), UInt8(ascii: " "): true
        default: false
        }
    }
}

extension RequestHead {
    /// The value of the first field of a name that the parser has no number for.
    ///
    /// - Parameters:
    ///   - name: In lower case.
    ///   - bytes: The head's.
    /// - Returns: Where it lies; nil when there is none.
    borrowing func value(of name: [UInt8], in bytes: Span<UInt8>) -> Range<Int>? {
        for index in fields.indices {
            let field = fields[index]
            if bytes.extracting(field.nameBytes).isName(name) { return field.value }
        }
        return nil
    }

    /// The same; nil also when there are several fields of that name.
    borrowing func onlyValue(of name: [UInt8], in bytes: Span<UInt8>) -> Range<Int>? {
        var found: Range<Int>?
        for index in fields.indices {
            let field = fields[index]
            guard bytes.extracting(field.nameBytes).isName(name) else { continue }
            guard found == nil else { return nil }
            found = field.value
        }
        return found
    }
}

extension Span<UInt8> {
    func starts(with prefix: [UInt8]) -> Bool {
        guard count >= prefix.count else { return false }
        for index in prefix.indices where self[index] != prefix[index] { return false }
        return true
    }

    /// Whether it is a field's name in any case (RFC 9110, section 5.1).
    ///
    /// - Parameter name: In lower case.
    /// - Returns: Whether it is that name.
    func isName(_ name: [UInt8]) -> Bool {
        guard count == name.count else { return false }
        // No two characters of a token differ in that bit alone but a letter's two cases.
        for index in indices where self[index] | 0x20 != name[index] | 0x20 { return false }
        return true
    }
}
