import Testing

@testable import Providers

@Suite struct OutboundSettingsTests {
    private func settings(
        _ proxy: String? = nil, https: String? = nil, http: String? = nil, except: String = ""
    ) -> OutboundSettings {
        OutboundSettings(
            proxy: proxy.flatMap { ProxyAddress($0) }, httpsProxy: https.flatMap { ProxyAddress($0) },
            httpProxy: http.flatMap { ProxyAddress($0) }, exceptions: ProxyExceptions(except))
    }

    @Test func `a provider's proxy wins, and the environment's are chosen by scheme`() {
        let environment = settings(https: "http://s:1", http: "http://p:2")
        #expect(environment.route(to: "https://x/").proxy?.host == "s")
        #expect(environment.route(to: "http://x/").proxy?.host == "p")
        #expect(settings(http: "http://p:2").route(to: "https://x/").proxy?.host == "p")
        #expect(settings(https: "http://s:1").route(to: "http://x/").proxy == nil)
        let own = settings("http://own:3", https: "http://s:1", http: "http://p:2", except: "y")
        #expect(own.route(to: "https://x/").proxy?.host == "own")
        #expect(own.route(to: "http://x/").proxy?.host == "own")
        #expect(own.route(to: "http://y/").proxy == nil)
    }

    @Test func `a socket of this machine is reached without any of it`() {
        let route = settings("http://own:3").route(to: "http+unix://%2Frun%2Fgateway.sock/policy")
        #expect(route == OutboundRoute())
    }

    @Test(
        arguments: [
            ("http://proxy:3128", "proxy", 3128, nil, ""),
            ("http://u:p%40ss@proxy.corp", "proxy.corp", 80, "u", "p@ss"),
            ("http://u@[::1]:8/", "::1", 8, "u", ""),
            ("http://a%3Ab:c:d@h:1", "h", 1, "a:b", "c:d"),
        ] as [(String, String, Int, String?, String)])
    func `a proxy's address is read`(text: String, host: String, port: Int, user: String?, password: String) {
        let proxy = ProxyAddress(text)
        #expect(proxy?.host == host && proxy?.port == port && proxy?.user == user && proxy?.password == password)
    }

    /// The third would send the password to a place that expects TLS, in plain view.
    @Test(arguments: [
        "", "proxy:3128", "https://u:p@proxy:3128", "socks5://p:1", "http://", "http://p:0", "http://p:x",
    ])
    func `what is no proxy of ours is none`(text: String) {
        #expect(ProxyAddress(text) == nil)
    }

    @Test func `a call carries our name, and the id of what caused it`() {
        let call = OutboundCall(method: .get, url: "https://x", headers: [], body: nil)
        #expect(
            call.identified(correlationID: "abc").headers == [
                .init("User-Agent", "SimpleTuner-Cloud/1.0"), .init("X-Correlation-ID", "abc"),
            ])
        let own = OutboundCall(method: .get, url: "https://x", headers: [.init("user-agent", "me")], body: nil)
        #expect(own.identified(correlationID: nil).headers == [.init("user-agent", "me")])
    }

    @Test func `only the host of an address is the same in small letters`() {
        for (url, expected) in [
            ("https://Us:Pa@A.Example:81/X?Y#Z", "https://Us:Pa@a.example:81/X?Y#Z"),
            ("http://A.example", "http://a.example"),
            ("http+unix://%2FRun/X", "http+unix://%2FRun/X"), ("A", "A"),
        ] { #expect(WebOrigin.withHostInLowerCase(url) == expected) }
    }
}
