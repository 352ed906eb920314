/// What a client did wrong, and how far it reaches (RFC 9113, section 5.4).
enum Fault: Error, Equatable {
    case connection(ErrorCode)
    case stream(UInt32, ErrorCode)
}
