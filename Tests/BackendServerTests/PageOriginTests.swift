import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Testing

@testable import BackendServer

@Suite struct PageOriginTests {
    private func isOwn(host: String?, _ headers: HTTPFields) -> Bool {
        let head = HTTPRequest(method: .post, scheme: "http", authority: host, path: "/", headerFields: headers)
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
        return PageOrigin(publicHost: "tuner.example.com").isOwn(request)
    }

    @Test(arguments: [
        "localhost:8080", "127.0.0.1:8001", "[::1]:8080", "LOCALHOST", "192.0.2.7", "tuner.example.com:8001",
    ])
    func `a program that calls us by a name of ours is one`(host: String) {
        #expect(isOwn(host: host, [:]))
        #expect(isOwn(host: host, [.origin: "http://\(host)", .secFetchSite: "same-origin"]))
        #expect(isOwn(host: host, [.secFetchSite: "none"]))
    }

    @Test(arguments: ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "user@localhost", "", nil])
    func `a name that somebody pointed at us is not`(host: String?) {
        #expect(!isOwn(host: host, [:]))
    }

    @Test(arguments: ["https://evil.example", "null", "http://localhost:3000", "http://localhost", ""])
    func `a page of another origin is not ours`(origin: String) {
        #expect(!isOwn(host: "localhost:8080", [.origin: origin]))
    }

    @Test(arguments: ["cross-site", "same-site"])
    func `what the browser says of another site's page counts`(site: String) {
        #expect(!isOwn(host: "localhost:8080", [.secFetchSite: site]))
    }
}
