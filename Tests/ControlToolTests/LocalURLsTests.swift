import Settings
import Testing

@testable import ControlTool

@Suite struct LocalURLsTests {
    @Test(
        arguments: [
            (
                tls: ("0.0.0.0", 8001), local: ("127.0.0.1", 8080),
                line: "ready https://localhost:8001 http://127.0.0.1:8080\n"
            ),
            (tls: ("::", 443), local: ("::1", 80), line: "ready https://localhost:443 http://[::1]:80\n"),
            (
                tls: ("192.0.2.7", 8001), local: ("0.0.0.0", 81),
                line: "ready https://192.0.2.7:8001 http://127.0.0.1:81\n"
            ),
            (tls: ("2001:db8::1", 8001), local: ("::", 81), line: "ready https://[2001:db8::1]:8001 http://[::1]:81\n"),
        ] as [(tls: (String, UInt16), local: (String, UInt16), line: String)])
    func `the ready line names addresses that this machine can open`(
        tls: (String, UInt16), local: (String, UInt16), line: String
    ) {
        let urls = LocalURLs(
            tls: ListenAddress(host: tls.0, port: tls.1), local: ListenAddress(host: local.0, port: local.1))
        #expect(urls.readyLine == line)
    }
}
