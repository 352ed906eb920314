import Settings
import Testing

@Suite struct UpstreamAddressTests {
    @Test(arguments: [
        ("unix:/run/backend.sock", UpstreamAddress.unix(path: "/run/backend.sock")),
        ("http://127.0.0.1:8001", .tcp(host: "127.0.0.1", port: 8001)),
        ("http://127.0.0.1:8001/", .tcp(host: "127.0.0.1", port: 8001)),
        ("http://localhost:8001", .tcp(host: "127.0.0.1", port: 8001)),
        ("http://[2001:db8::1]:80", .tcp(host: "2001:db8::1", port: 80)),
    ])
    func `an upstream is a socket, or an address with a port`(text: String, address: UpstreamAddress) {
        #expect(UpstreamAddress(text) == address)
        #expect(UpstreamAddress("\(address)") == address)
    }

    @Test(arguments: [
        "unix:run/backend.sock", "unix:", "/run/backend.sock", "127.0.0.1:8001", "http://127.0.0.1", "http://:80",
        "http://127.0.0.1:0", "http://127.0.0.1:80/api", "https://127.0.0.1:443", "http://tuner.example.com:80",
        "http://u@127.0.0.1:80", "http://::1:80",
    ])
    func `anything else is none`(text: String) {
        #expect(UpstreamAddress(text) == nil)
    }
}
