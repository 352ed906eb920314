/// The parameters of SETTINGS (RFC 9113, section 6.5.2; RFC 8441, section 3); others are ignored.
enum Setting: UInt16, Sendable {
    case headerTableSize = 1
    case enablePush = 2
    case concurrentStreamsMax = 3
    case initialWindowSize = 4
    case frameSizeMax = 5
    case headerListSizeMax = 6
    case enableConnectProtocol = 8

    /// Whether a client may send this value.
    func check(_ value: UInt32) throws(Fault) {
        switch self {
        case .enablePush, .enableConnectProtocol:
            guard value <= 1 else { throw .connection(.protocolError) }
        case .initialWindowSize:
            guard value <= FlowWindow.largest else { throw .connection(.flowControlError) }
        case .frameSizeMax:
            guard (16_384...16_777_215).contains(value) else { throw .connection(.protocolError) }
        case .headerTableSize, .concurrentStreamsMax, .headerListSizeMax: break
        }
    }
}
