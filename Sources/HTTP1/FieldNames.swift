/// Recognises field names by their bytes.
///
/// One per worker; it is only read.
public struct FieldNames: Sendable {
    private struct Known: Sendable {
        let name: FieldName
        /// Where its text begins in ``letters``.
        let start: Int
    }

    /// All texts, one behind the other.
    private var letters: [UInt8] = []
    /// By length.
    private var entries: [Known] = []
    /// Where the names of each length begin in ``entries``, and behind the last where they end.
    private var starts: [Int] = [0]
    /// The first and the last letters of the names of each length, one bit each: most names are told from all of them
    /// by this alone.
    private var outerLetters: [UInt64] = []

    private static let known: [(String, FieldName)] = [
        ("host", .host), ("content-length", .contentLength), ("transfer-encoding", .transferEncoding),
        ("expect", .expect), ("connection", .connection), ("x-request-id", .requestID),
        ("x-ratelimit-limit", .rateLimit), ("x-ratelimit-remaining", .rateLimit), ("x-ratelimit-reset", .rateLimit),
        ("ratelimit", .rateLimit), ("ratelimit-policy", .rateLimit), ("ratelimit-limit", .rateLimit),
        ("ratelimit-remaining", .rateLimit), ("ratelimit-reset", .rateLimit),
        ("retry-after", .retryAfter), ("cookie", .cookie),
        ("upgrade", .upgrade), ("te", .te), ("trailer", .trailer),
        ("x-accel-buffering", .accelBuffering), ("x-tunergate-verified", .verified),
        ("keep-alive", .hopByHop), ("proxy-connection", .hopByHop),
        ("proxy-authorization", .hopByHop), ("proxy-authenticate", .hopByHop),
        ("proxy-authentication-info", .hopByHop), ("http2-settings", .hopByHop),
        // No header of HTTP: programs that put headers into their environment take it for HTTP_PROXY.
        ("proxy", .hopByHop),
        // Some frameworks route by these instead of the target, which is what our rules read.
        ("x-original-url", .hopByHop), ("x-rewrite-url", .hopByHop),
        ("x-forwarded-for", .forwardedFor), ("x-real-ip", .realIP),
        ("forwarded", .forwarded), ("cf-connecting-ip", .connectingIP), ("x-forwarded-proto", .forwardedProto),
    ]

    /// What proxies and content networks call a client's address, its port, and how it came.
    ///
    /// All that begins with `x-forwarded-` belongs to them too.
    private static let forwarding = [
        "appengine-user-ip", "cdn-src-ip", "cf-connecting-ipv6", "cf-pseudo-ipv4", "cf-visitor", "client-ip",
        "cloudfront-forwarded-proto", "cloudfront-viewer-address", "cluster-client-ip", "do-connecting-ip",
        "fastly-client", "fastly-client-ip", "fastly-ssl", "fly-client-ip", "fly-forwarded-port",
        "fly-forwarded-proto", "forwarded-for", "forwarded-for-ip", "forwarded-host", "forwarded-proto",
        "front-end-https", "http-client-ip", "incap-client-ip", "proxy-client-ip", "real-ip", "remote-addr",
        "true-client-ip", "wl-proxy-client-ip", "wl-proxy-client-port", "wl-proxy-ssl", "x-appengine-remote-addr",
        "x-appengine-user-ip", "x-arr-ssl", "x-azure-clientip", "x-azure-socketip", "x-client-ip", "x-client-port",
        "x-cluster-client-ip", "x-envoy-external-address", "x-forwarded", "x-host", "x-http-host-override",
        "x-nf-client-connection-ip", "x-original-for", "x-original-forwarded-for", "x-original-host",
        "x-original-proto", "x-original-remote-addr", "x-originating-ip", "x-proxyuser-ip", "x-real-port",
        "x-remote-addr", "x-remote-ip", "x-scheme", "x-true-client-ip", "x-url-scheme", "x-vercel-forwarded-for",
        "x-vercel-proxied-for",
    ]

    public init() {
        let known = Self.known + Self.forwarding.map { ($0, .forwarding) }
        let longest = known.map { $0.0.utf8.count }.max() ?? 0
        for length in 0...longest {
            var outer: UInt64 = 0
            for (text, name) in known where text.utf8.count == length {
                entries.append(Known(name: name, start: letters.count))
                letters += text.utf8
                outer |= Self.outerBits(letters.span.extracting(last: length))
            }
            starts.append(entries.count)
            outerLetters.append(outer)
        }
    }

    /// The bits of a name's first and last letter, whatever their case.
    ///
    /// Other bytes share them, which only costs a comparison.
    private static func outerBits(_ name: Span<UInt8>) -> UInt64 {
        1 << UInt64(name[0] & 31) | 1 << (32 + UInt64(name[name.count - 1] & 31))
    }

    /// What this name, which is not empty, is to a gateway.
    public func name(_ bytes: Span<UInt8>) -> FieldName {
        let bits = Self.outerBits(bytes)
        if bytes.count < outerLetters.count, outerLetters[bytes.count] & bits == bits {
            for index in starts[bytes.count]..<starts[bytes.count + 1] {
                let start = entries[index].start
                switch Self.compare(bytes, letters.span.extracting(start..<start + bytes.count)) {
                case .same: return entries[index].name
                case .disguised: return .disguised
                case .different: continue
                }
            }
        }
        return bytes[0] | 0x20 == UInt8(ascii: "x") ? Self.family(bytes) : .other
    }

    /// Whether a name begins as those of the forwarding family do.
    private static func family(_ bytes: Span<UInt8>) -> FieldName {
        // x-forwarded-
        let prefix: [12 of UInt8] = [0x78, 0x2d, 0x66, 0x6f, 0x72, 0x77, 0x61, 0x72, 0x64, 0x65, 0x64, 0x2d]
        guard bytes.count > prefix.count else { return .other }
        switch compare(bytes, prefix.span) {
        case .same: return .forwarding
        case .disguised: return .disguised
        case .different: return .other
        }
    }

    private enum Comparison { case same, disguised, different }

    /// Compares the first bytes without regard to case, and notices `_` or `.` where the name has `-`.
    private static func compare(_ bytes: Span<UInt8>, _ lowercase: Span<UInt8>) -> Comparison {
        var result = Comparison.same
        for index in 0..<lowercase.count {
            let byte = bytes[index]
            guard Octet.lowercased(byte) != lowercase[index] else { continue }
            guard lowercase[index] == UInt8(ascii: "-"), byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") else {
                return .different
            }
            result = .disguised
        }
        return result
    }
}
