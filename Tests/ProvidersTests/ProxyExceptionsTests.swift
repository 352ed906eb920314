import Providers
import Testing

@Suite struct ProxyExceptionsTests {
    /// Each row: the variable, an address, and whether it is reached without a proxy.
    @Test(arguments: [
        ("", "https://api.replicate.com/v1", false),
        ("*", "https://api.replicate.com/v1", true),
        ("replicate.com", "https://api.replicate.com/v1", true),
        (".replicate.com", "https://api.replicate.com/v1", true),
        ("*.replicate.com", "https://api.replicate.com/v1", true),
        (".replicate.com", "https://replicate.com", true),
        ("replicate.com", "https://notreplicate.com", false),
        ("replicate.com", "https://replicate.com.evil.example", false),
        ("REPLICATE.com", "https://API.replicate.COM", true),
        ("a.example, b.example", "https://b.example", true),
        ("a.example b.example", "https://b.example", true),
        ("10.0.0.0/8", "https://10.1.2.3/x", true),
        ("10.0.0.0/8", "https://11.1.2.3/x", false),
        ("10.1.2.3", "http://10.1.2.3:8080", true),
        ("10.1.2", "http://10.1.2.3", false),
        ("2001:db8::/32", "https://[2001:db8::1]:8443/", true),
        ("2001:db8::1", "https://[2001:db8::1]/", true),
        ("[2001:db8::1]:443", "https://[2001:db8::1]/", true),
        ("a.example:8443", "https://a.example:8443/", true),
        ("a.example:8443", "https://a.example/", false),
        ("10.0.0.0/99,,,a/b/c,b.example", "https://b.example", true),
    ])
    func `a target is excepted by name, address, network, port or altogether`(
        list: String, url: String, isExcepted: Bool
    ) throws {
        #expect(ProxyExceptions(list).contains(try #require(WebOrigin(url))) == isExcepted)
    }
}
