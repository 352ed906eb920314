import HTTP2

/// Frames as a client sends them, also wrong ones.
enum ClientFrame {
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    static func raw(_ kind: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8], length: Int? = nil) -> [UInt8]
    {
        let length = UInt32(length ?? payload.count)
        return Array(bigEndian(length).dropFirst()) + [kind, flags] + bigEndian(stream) + payload
    }

    static func bigEndian(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(value >> $0 & 0xff) }
    }

    static func data(_ stream: UInt32, _ payload: [UInt8], ends: Bool = false) -> [UInt8] {
        raw(0, ends ? 1 : 0, stream, payload)
    }

    static func padded(_ stream: UInt32, _ payload: [UInt8], padding: Int, ends: Bool = false) -> [UInt8] {
        raw(0, ends ? 9 : 8, stream, [UInt8(padding)] + payload + [UInt8](repeating: 0, count: padding))
    }

    static func headers(_ stream: UInt32, _ block: [UInt8], ends: Bool = true, isWhole: Bool = true) -> [UInt8] {
        raw(1, (ends ? 1 : 0) | (isWhole ? 4 : 0), stream, block)
    }

    static func continuation(_ stream: UInt32, _ block: [UInt8], isLast: Bool = true) -> [UInt8] {
        raw(9, isLast ? 4 : 0, stream, block)
    }

    static func priority(_ stream: UInt32, on other: UInt32) -> [UInt8] { raw(2, 0, stream, bigEndian(other) + [16]) }
    static func reset(_ stream: UInt32, _ code: ErrorCode = .cancel) -> [UInt8] {
        raw(3, 0, stream, bigEndian(code.rawValue))
    }
    static func settings(_ pairs: [(UInt16, UInt32)] = []) -> [UInt8] {
        raw(4, 0, 0, pairs.flatMap { [UInt8($0.0 >> 8), UInt8($0.0 & 0xff)] + bigEndian($0.1) })
    }
    static let settingsAck = raw(4, 1, 0, [])
    static let ping = raw(6, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8])
    static func goAway(_ code: ErrorCode = .noError) -> [UInt8] {
        raw(7, 0, 0, bigEndian(0) + bigEndian(code.rawValue) + Array("bye".utf8))
    }
    static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> [UInt8] {
        raw(8, 0, stream, bigEndian(increment))
    }
}

/// Field sections as a client encodes them: literals, neither compressed nor indexed.
enum Block {
    static func of(_ fields: [(String, String)], first: UInt8 = 0) -> [UInt8] {
        fields.flatMap { [first] + string($0.0) + string($0.1) }
    }

    static func string(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var length: [UInt8] = [127]
        var rest = bytes.count - 127
        while rest >= 128 {
            length.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        return length + [UInt8(rest)] + bytes
    }

    static func pseudo(_ method: String = "GET", path: String = "/") -> [(String, String)] {
        [(":method", method), (":scheme", "https"), (":authority", "gate.test"), (":path", path)]
    }

    static func get(_ fields: [(String, String)] = []) -> [UInt8] { of(pseudo() + fields) }
    static func post(_ fields: [(String, String)] = []) -> [UInt8] { of(pseudo("POST") + fields) }
}
