import HTTP1
import Testing

@Suite struct FieldNameTests {
    @Test(arguments: [
        ("Host", FieldName.host), ("CONTENT-LENGTH", .contentLength), ("X-Forwarded-For", .forwardedFor),
        ("x-forwarded-prefix", .forwarding), ("X-Forwarded-Client-Cert", .forwarding), ("Forwarded", .forwarded),
        ("X-Real-IP", .realIP), ("X_Forwarded_For", .disguised), ("X.Forwarded.Host", .disguised),
        ("x_forwarded-anything", .disguised), ("Content_Length", .disguised), ("X_Real_IP", .disguised),
        ("Transfer.Encoding", .disguised), ("Upgrade", .upgrade), ("TE", .te), ("trailer", .trailer),
        ("COOKIE", .cookie), ("Keep-Alive", .hopByHop),
        ("Proxy", .hopByHop), ("X-Original-URL", .hopByHop), ("X-Accel-Buffering", .accelBuffering),
        ("X_Accel_Buffering", .disguised), ("X", .other), ("Xost", .other), ("~~", .other),
        ("Accept", .other), ("X-Forwarded", .forwarding), ("X-Forwarded-", .other), ("Hosts", .other),
        ("X-Upload-Token", .other),
        ("my_header", .other),
    ])
    func `a name is known in every case and through every disguise`(text: String, name: FieldName) {
        let bytes = Array(text.utf8)
        let found = FieldNames().name(bytes.span)
        #expect(found == name)
    }

    /// The names that proxies, content networks and address libraries read.
    @Test(arguments: [
        "X-Forwarded-For", "X-Real-IP", "Forwarded",
        "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Protocol", "X-Forwarded-Port", "X-Forwarded-Server",
        "X-Forwarded-Prefix", "X-Forwarded-By", "X-Forwarded-Scheme", "X-Forwarded-Ssl", "X-Forwarded-User",
        "X-Forwarded-For-Original", "X-Forwarded", "Forwarded-For", "X-Original-Forwarded-For", "X-Original-Host",
        "X-Cluster-Client-IP", "Cluster-Client-IP", "X-Client-IP", "Client-IP", "True-Client-IP", "X-True-Client-IP",
        "CF-Connecting-IP", "CF-Connecting-IPv6", "Cf-Pseudo-IPv4", "CF-Visitor", "Fastly-Client-IP",
        "X-Envoy-External-Address", "X-ProxyUser-Ip", "WL-Proxy-Client-IP", "Proxy-Client-IP", "HTTP-Client-IP",
        "X-Real-Port", "X-Originating-IP", "X-Remote-IP", "X-Remote-Addr", "Fly-Client-IP", "X-Azure-ClientIP",
        "X-Vercel-Forwarded-For", "X-AppEngine-User-IP", "DO-Connecting-IP", "X-Scheme", "Front-End-Https",
    ])
    func `the forwarding family is known whole, in each case, and with each separator`(text: String) {
        let names = FieldNames()
        let family: Set<FieldName> = [.forwardedFor, .forwardedProto, .forwarded, .realIP, .connectingIP, .forwarding]
        for spelling in [text, text.lowercased(), text.uppercased()] {
            let found = names.name(Array(spelling.utf8).span)
            #expect(family.contains(found), "\(spelling)")
            guard spelling.contains("-") else { continue }
            for separator in ["_", "."] {
                let disguise = spelling.split(separator: "-").joined(separator: separator)
                let found = names.name(Array(disguise.utf8).span)
                #expect(found == .disguised, "\(disguise)")
            }
            // One of several is enough.
            guard let last = spelling.lastIndex(of: "-") else { continue }
            let half = spelling[..<last] + "_" + spelling[spelling.index(after: last)...]
            let halfFound = names.name(Array(half.utf8).span)
            #expect(halfFound == .disguised || halfFound == .forwarding, "\(half)")
        }
    }

    @Test(arguments: [
        "X-Forward", "Forward", "Forwarded-", "X-Client", "Client", "Remote", "Via", "X-Requested-With", "X-Real",
        "X-API-Key", "X-Client-Id", "X-Request-Id-Client", "CF-Ray", "X-Amz-Date", "X-Amz-Content-Sha256",
        "X-CSRF-Token", "Webhook-Signature", "X-Upload-Token", "X-SimpleTuner-Test", "Sec-Fetch-Site",
    ])
    func `what is not of the family passes`(text: String) {
        let found = FieldNames().name(Array(text.utf8).span)
        #expect(found == .other)
    }
}
