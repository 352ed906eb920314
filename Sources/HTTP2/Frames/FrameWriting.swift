extension [UInt8] {
    mutating func appendFrameHeader(_ kind: FrameKind, flags: UInt8 = 0, stream: UInt32, length: Int) {
        let header = FrameHeader.bytes(kind, flags: flags, stream: stream, length: length)
        append(addingCapacity: FrameHeader.size) { output in
            for index in header.indices { output.append(header[index]) }
        }
    }

    mutating func writeFrameHeader(at start: Int, _ kind: FrameKind, flags: UInt8, stream: UInt32, length: Int) {
        let header = FrameHeader.bytes(kind, flags: flags, stream: stream, length: length)
        for index in header.indices { self[start + index] = header[index] }
    }

    private mutating func append(bigEndian value: UInt32) {
        append(UInt8(truncatingIfNeeded: value >> 24))
        append(UInt8(truncatingIfNeeded: value >> 16))
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    mutating func appendReset(_ stream: UInt32, _ code: ErrorCode) {
        appendFrameHeader(.resetStream, stream: stream, length: 4)
        append(bigEndian: code.rawValue)
    }

    mutating func appendWindowUpdate(_ stream: UInt32, _ increment: Int) {
        appendFrameHeader(.windowUpdate, stream: stream, length: 4)
        append(bigEndian: UInt32(increment))
    }

    mutating func appendGoAway(lastStream: UInt32, _ code: ErrorCode) {
        appendFrameHeader(.goAway, stream: 0, length: 8)
        append(bigEndian: lastStream)
        append(bigEndian: code.rawValue)
    }

    mutating func appendSettings(_ settings: [(Setting, Int)]) {
        appendFrameHeader(.settings, stream: 0, length: settings.count * 6)
        for (setting, value) in settings {
            append(UInt8(truncatingIfNeeded: setting.rawValue >> 8))
            append(UInt8(truncatingIfNeeded: setting.rawValue))
            append(bigEndian: UInt32(value))
        }
    }
}
