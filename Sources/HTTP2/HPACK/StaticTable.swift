/// The fields that every decoder knows (RFC 7541, appendix A).
struct StaticTable: Sendable {
    let bytes: [UInt8]
    /// Index 1 of the protocol is the first one here.
    let lines: [FieldLine]

    init() {
        var bytes: [UInt8] = []
        var lines: [FieldLine] = []
        for (name, value) in Self.fields {
            let kind = FieldKind.of(Array(name.utf8).span)
            lines.append(
                FieldLine(
                    start: bytes.count, nameCount: name.utf8.count, valueCount: value.utf8.count, kind: kind,
                    hasSoundValue: true))
            bytes.append("\(name): \(value)\r\n")
        }
        self.bytes = bytes
        self.lines = lines
    }

    private static let fields: [(String, String)] = [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"),
        (":scheme", "http"), (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"),
        (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"), ("accept-charset", ""),
        ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""),
        ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""), ("cache-control", ""),
        ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
        ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""),
        ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""),
        ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""),
        ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""),
        ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""),
        ("server", ""), ("set-cookie", ""), ("strict-transport-security", ""), ("transfer-encoding", ""),
        ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
    ]
}
