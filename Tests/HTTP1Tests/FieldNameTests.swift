import HTTP1
import Testing

@Suite struct FieldNameTests {
    @Test(arguments: [
        ("Host", FieldName.host), ("CONTENT-LENGTH", .contentLength), ("X-Forwarded-For", .forwardedFor),
        ("x-forwarded-prefix", .forwarding), ("X-Forwarded-Client-Cert", .forwarding), ("Forwarded", .forwarding),
        ("X-Real-IP", .realIP), ("X_Forwarded_For", .disguised), ("X.Forwarded.Host", .disguised),
        ("x_forwarded-anything", .disguised), ("Content_Length", .disguised), ("X_Real_IP", .disguised),
        ("Transfer.Encoding", .disguised), ("Upgrade", .upgrade), ("TE", .te), ("trailer", .trailer),
        ("COOKIE", .cookie), ("Keep-Alive", .hopByHop),
        ("Proxy", .hopByHop), ("X-Original-URL", .hopByHop), ("X-Accel-Buffering", .accelBuffering),
        ("X_Accel_Buffering", .disguised), ("X", .other), ("Xost", .other), ("~~", .other),
        ("Accept", .other), ("X-Forwarded", .other), ("X-Forwarded-", .other), ("Hosts", .other),
        ("X-Upload-Token", .other),
        ("my_header", .other),
    ])
    func `a name is known in every case and through every disguise`(text: String, name: FieldName) {
        let bytes = Array(text.utf8)
        let found = FieldNames().name(bytes.span)
        #expect(found == name)
    }
}
