/// The kinds of frames that RFC 9113, section 6, defines; every other is skipped.
enum FrameKind: UInt8, Sendable {
    case data = 0
    case headers = 1
    case priority = 2
    case resetStream = 3
    case settings = 4
    case pushPromise = 5
    case ping = 6
    case goAway = 7
    case windowUpdate = 8
    case continuation = 9
}

/// The flags of frames; what a bit means depends on the kind.
enum FrameFlags {
    static var endStream: UInt8 { 0x1 }
    static var acknowledged: UInt8 { 0x1 }
    static var endHeaders: UInt8 { 0x4 }
    static var padded: UInt8 { 0x8 }
    static var priority: UInt8 { 0x20 }
}
