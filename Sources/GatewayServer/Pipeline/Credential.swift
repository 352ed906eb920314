import HTTP1

/// What a request shows to prove who sent it, known by a hash.
///
/// Only what is long enough to be a secret counts: an access key that is a job's upload token, or a token in a header.
/// Whether it is good is for the backend to say.
enum Credential {
    /// Names such as `local` are no secret.
    private static let bytesMin = 20
    private static let bytesMax = 512

    /// The hash of a request's credential; nil when it shows none.
    ///
    /// 128 bits of SipHash under the process's random key: nobody can choose one that is known.
    static func hash(_ head: borrowing RequestHead, _ bytes: Span<UInt8>) -> UInt128? {
        guard let place = place(head, bytes), (bytesMin...bytesMax).contains(place.count) else { return nil }
        var (low, high) = (Hasher(), Hasher())
        high.combine(place.count)
        for index in place {
            low.combine(bytes[index])
            high.combine(bytes[index])
        }
        return UInt128(UInt64(bitPattern: Int64(high.finalize()))) << 64
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
    /// What stands before the access key: in the header (SigV4, then SigV2), and in a signed address.
    private static let marks = [Array("Credential=".utf8), Array("AWS ".utf8)]
    private static let queryMarks = [Array("X-Amz-Credential=".utf8), Array("AWSAccessKeyId=".utf8)]
    private static let bearer = Array("Bearer ".utf8)

    private static func place(_ head: borrowing RequestHead, _ bytes: Span<UInt8>) -> Range<Int>? {
        for token in tokens { if let value = head.value(of: token, in: bytes) { return value } }
        if let value = head.value(of: authorization, in: bytes) {
            if bytes.extracting(value).starts(with: bearer) {
                return value.lowerBound + bearer.count..<value.upperBound
            }
            return key(in: value, of: bytes, behind: marks)
        }
        return key(in: head.target, of: bytes, behind: queryMarks)
    }

    /// The access key behind one of the marks: it ends where the scope, the signature or the next parameter begins.
    private static func key(in text: Range<Int>, of bytes: Span<UInt8>, behind marks: [[UInt8]]) -> Range<Int>? {
        for mark in marks {
            for start in text where bytes.extracting(start..<text.upperBound).starts(with: mark) {
                let first = start + mark.count
                var end = first
                while end < text.upperBound, !isEnd(bytes[end]) { end += 1 }
                return first..<end
            }
        }
        return nil
    }

    private static func isEnd(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: ","),
            UInt8(ascii: " "):
            true
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
