/// The nine bytes before each frame's payload (RFC 9113, section 4.1).
struct FrameHeader: Sendable {
    static var size: Int { 9 }
    /// The largest payload that is taken or sent: what every peer must take (RFC 9113, section 4.2).
    static var payloadMax: Int { 16_384 }

    let length: Int
    /// Nil for a kind that this server does not know.
    let kind: FrameKind?
    let flags: UInt8
    let stream: UInt32

    init(_ bytes: Span<UInt8>, at start: Int) {
        length = Int(bytes[start]) << 16 | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])
        kind = FrameKind(rawValue: bytes[start + 3])
        flags = bytes[start + 4]
        stream = bytes.bigEndian(at: start + 5) & 0x7fff_ffff
    }

    static func bytes(_ kind: FrameKind, flags: UInt8, stream: UInt32, length: Int) -> [9 of UInt8] {
        [
            UInt8(truncatingIfNeeded: length >> 16), UInt8(truncatingIfNeeded: length >> 8),
            UInt8(truncatingIfNeeded: length), kind.rawValue, flags, UInt8(truncatingIfNeeded: stream >> 24),
            UInt8(truncatingIfNeeded: stream >> 16), UInt8(truncatingIfNeeded: stream >> 8),
            UInt8(truncatingIfNeeded: stream),
        ]
    }

    func has(_ flag: UInt8) -> Bool { flags & flag != 0 }

    /// What can be said against the frame before its payload has come.
    func check() throws(Fault) {
        guard length <= Self.payloadMax else { throw .connection(.frameSizeError) }
        switch kind {
        case .data, .headers, .continuation, .priority: try require(onStream: true)
        case .resetStream: try require(onStream: true, length: 4)
        case .settings:
            try require(onStream: false)
            guard length % 6 == 0, !has(FrameFlags.acknowledged) || length == 0 else {
                throw .connection(.frameSizeError)
            }
        // Only servers push, and only clients are pushed to.
        case .pushPromise: throw .connection(.protocolError)
        case .ping: try require(onStream: false, length: 8)
        case .goAway:
            try require(onStream: false)
            guard length >= 8 else { throw .connection(.frameSizeError) }
        case .windowUpdate:
            guard length == 4 else { throw .connection(.frameSizeError) }
        case nil: break
        }
    }

    private func require(onStream: Bool, length: Int? = nil) throws(Fault) {
        guard (stream != 0) == onStream else { throw .connection(.protocolError) }
        guard let length, length != self.length else { return }
        throw .connection(.frameSizeError)
    }
}

extension Span<UInt8> {
    func bigEndian(at index: Int) -> UInt32 {
        UInt32(self[index]) << 24 | UInt32(self[index + 1]) << 16 | UInt32(self[index + 2]) << 8
            | UInt32(self[index + 3])
    }
}
