/// What is written in nearly every head, as bytes: a text would be taken apart each time.
struct HeadPhrases: Sendable {
    let versionAndHost = Array(" HTTP/1.1\r\nHost: ".utf8)
    let chunked = Array("Transfer-Encoding: chunked\r\n".utf8)
    let lineEnd = Array("\r\n".utf8)
}

extension Workspace {
    /// Writes the head of a decoded request as HTTP/1.1 has it.
    ///
    /// Whoever reads it parses it again: nothing that this code overlooks can become a line of its own there.
    mutating func writeRequest(hasEnded: Bool, limits: Limits) -> RequestForm {
        guard !section.isOversized else { return .oversized }
        guard let outline = RequestOutline(section) else { return .malformed }
        if hasEnded {
            guard !outline.isTunnel, outline.contentLength ?? 0 == 0 else { return .malformed }
        }
        guard !outline.isTunnel || outline.isWebSocket else { return .unsupported }
        head.removeAll(keepingCapacity: true)
        writeRequestLine(outline)
        writeFields(outline)
        if outline.isTunnel {
            writeUpgrade(outline)
        } else if !hasEnded, outline.contentLength == nil {
            head.append(contentsOf: phrases.chunked)
        }
        head.append(contentsOf: phrases.lineEnd)
        let isOversized = head.count > limits.headBytes || lineCount(outline) > limits.headFields
        return isOversized ? .oversized : .request(isTunnel: outline.isTunnel, contentLength: outline.contentLength)
    }

    private mutating func writeRequestLine(_ outline: RequestOutline) {
        if outline.isTunnel { head.append("GET") } else { head.append(contentsOf: section.bytes[outline.method]) }
        head.append(Octet.space)
        let target = outline.isConnect && !outline.isTunnel ? outline.authority : outline.path
        head.append(contentsOf: section.bytes[target])
        head.append(contentsOf: phrases.versionAndHost)
        head.append(contentsOf: section.bytes[outline.authority])
        head.append(contentsOf: phrases.lineEnd)
    }

    /// Copies the fields, in runs of lines that lie together.
    private mutating func writeFields(_ outline: RequestOutline) {
        let lines = section.lines
        guard outline.firstField < lines.count else { return }
        var start = lines[outline.firstField].start
        for index in outline.firstField..<lines.count where leavesOut(lines[index], outline) {
            head.append(contentsOf: section.bytes[start..<lines[index].start])
            start = lines[index].end
        }
        head.append(contentsOf: section.bytes[start..<section.bytes.count])
        if outline.cookieCount > 0 { writeCookies() }
    }

    private func leavesOut(_ line: FieldLine, _ outline: RequestOutline) -> Bool {
        switch line.kind {
        case .host, .cookie: true
        case .webSocketKey: outline.isTunnel
        default: false
        }
    }

    /// Joins what a client may have sent in crumbs (RFC 9113, section 8.2.3).
    private mutating func writeCookies() {
        head.append("Cookie: ")
        var isFirst = true
        for line in section.lines where line.kind == .cookie {
            if !isFirst { head.append("; ") }
            isFirst = false
            head.append(contentsOf: section.bytes[line.value])
        }
        head.append("\r\n")
    }

    /// The upgrade that an extended CONNECT stands for (RFC 8441, section 5).
    private mutating func writeUpgrade(_ outline: RequestOutline) {
        head.append("Connection: Upgrade\r\nUpgrade: websocket\r\n")
        if !outline.namesWebSocketVersion { head.append("Sec-WebSocket-Version: 13\r\n") }
        head.append("Sec-WebSocket-Key: ")
        appendBase64(tunnelEntropy)
        head.append("\r\n")
    }

    /// Sixteen bytes in base64 (RFC 4648, section 4).
    private mutating func appendBase64(_ bytes: [16 of UInt8]) {
        for start in stride(from: 0, to: 16, by: 3) {
            var group = 0
            for offset in 0..<3 { group = group << 8 | (start + offset < 16 ? Int(bytes[start + offset]) : 0) }
            for shift in [18, 12, 6, 0] { head.append(base64Digit(group >> shift & 63)) }
        }
        head.removeLast(2)
        head.append("==")
    }

    private func base64Digit(_ value: Int) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + UInt8(value)
        case 26..<52: UInt8(ascii: "a") + UInt8(value - 26)
        case 52..<62: UInt8(ascii: "0") + UInt8(value - 52)
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }

    /// How many lines the second parser will count, so that the same limit holds there.
    private func lineCount(_ outline: RequestOutline) -> Int {
        let fields = section.lines.count - outline.firstField - outline.cookieCount
        let added = outline.isTunnel ? 4 : 1
        return fields + 1 + added + min(outline.cookieCount, 1)
    }

    /// Writes decoded trailers as HTTP/1.1 has them.
    ///
    /// - Returns: False if they are malformed (RFC 9113, section 8.1).
    mutating func writeTrailers() -> Bool {
        for line in section.lines {
            guard line.hasSoundValue, !line.kind.isPseudo, line.kind != .forbidden else { return false }
        }
        head.removeAll(keepingCapacity: true)
        head.append(contentsOf: section.bytes)
        return true
    }
}
