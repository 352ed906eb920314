/// The canonical requests that a client may have signed, most likely first.
///
/// Most clients sign the path and Host as they send them. Three kinds do not: those that encode the path otherwise
/// than they send it, s3cmd, which moves the endpoint's prefix from the path into the signed host, and those behind a
/// tunnel that rewrites Host. Default ports come and go on the way.
struct CanonicalForms {
    let texts: [String]

    init(request: SignedRequest, claim: SignatureClaim, payloadHash: String) {
        let query = Self.canonicalQuery(request.query)
        var texts: [String] = []
        for host in Self.spellings(of: request.hosts) {
            for (path, host) in Self.places(request, host: host) {
                let headers = claim.signedHeaders.map { name in
                    "\(name):\(name == "host" ? host : Self.canonicalValue(request.headers.values(of: name)))\n"
                }
                let text =
                    "\(request.method)\n\(path)\n\(query)\n\(headers.joined())\n"
                    + "\(claim.signedHeaders.joined(separator: ";"))\n\(payloadHash)"
                if !texts.contains(where: { $0.utf8.elementsEqual(text.utf8) }) { texts.append(text) }
            }
        }
        self.texts = texts
    }

    private static func places(_ request: SignedRequest, host: String) -> [(path: String, host: String)] {
        var places = [(request.path, host)]
        if let decoded = PercentEncoding.decode(request.path) {
            places.append((PercentEncoding.encode(decoded, keepingSlash: true), host))
        }
        if !request.prefix.isEmpty, request.path.hasPrefix(request.prefix) {
            let stripped = String(request.path.dropFirst(request.prefix.count))
            places.append((stripped.isEmpty ? "/" : stripped, host + request.prefix))
        }
        return places
    }

    private static func spellings(of hosts: [String]) -> [String] {
        hosts.flatMap { host -> [String] in
            for port in [":443", ":80"] where host.hasSuffix(port) { return [host, String(host.dropLast(port.count))] }
            let hasPort = host.last?.isNumber == true && host.contains(":") && !host.hasSuffix("]")
            return hasPort ? [host] : [host, host + ":443", host + ":80"]
        }
    }

    /// Several values joined by commas, each trimmed, with runs of spaces made one.
    private static func canonicalValue(_ values: [String]) -> String {
        values.map { $0.split { $0 == " " || $0 == "\t" }.joined(separator: " ") }.joined(separator: ",")
    }

    private static func canonicalQuery(_ query: String) -> String {
        query.split(separator: "&").compactMap { item -> (name: String, value: String)? in
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = recoded(pair[0])
            return name == "X-Amz-Signature" ? nil : (name, pair.count > 1 ? recoded(pair[1]) : "")
        }
        .sorted { left, right in
            left.name == right.name
                ? left.value.utf8.lexicographicallyPrecedes(right.value.utf8)
                : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
        .map { "\($0.name)=\($0.value)" }
        .joined(separator: "&")
    }

    private static func recoded(_ text: Substring) -> String {
        guard let decoded = PercentEncoding.decode(text, plusIsSpace: true) else { return String(text) }
        return PercentEncoding.encode(decoded, keepingSlash: false)
    }
}
