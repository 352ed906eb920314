import HTTP1
import Testing

@testable import GatewayServer

@Suite struct ControlRequestTests {
    private func read(_ text: String) -> ControlRequest.Reading {
        var head = RequestHead()
        return ControlRequest.read(Array(text.utf8), head: &head)
    }

    @Test func `method, path and decoded query are read`() {
        let text =
            "GET /explain?method=POST&target=%2Fa%3Fb%3D1&x&header=A%3A%20b&broken=%zz%4 HTTP/1.1\r\nHost: g\r\n\r\n"
        let expected = ControlRequest(
            method: "GET", path: "/explain",
            query: [("method", "POST"), ("target", "/a?b=1"), ("x", ""), ("header", "A: b"), ("broken", "%zz%4")])
        #expect(read(text) == .request(expected, end: text.utf8.count))
        for count in 0..<text.utf8.count {
            #expect(read(String(decoding: Array(text.utf8)[..<count], as: UTF8.self)) == .incomplete)
        }
    }

    @Test func `a body is waited for and thrown away`() {
        let head = "POST /reload HTTP/1.1\r\nHost: g\r\nContent-Length: 4\r\n\r\n"
        #expect(read(head + "abc") == .incomplete)
        #expect(
            read(head + "abcdGET")
                == .request(ControlRequest(method: "POST", path: "/reload"), end: head.utf8.count + 4))
    }

    @Test(arguments: [
        ("POST / HTTP/1.1\r\nHost: g\r\nContent-Length: 16385\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        ("GET / HTTP/1.1\r\n\r\n", 400), ("nonsense\r\n\r\n", 400), ("GET / HTTP/3.0\r\n\r\n", 505),
    ])
    func `what cannot be a request here is refused`(text: String, status: Int) {
        guard case .refused(let told, _) = read(text) else {
            Issue.record("\(text) was not refused")
            return
        }
        #expect(told == status)
    }

    @Test func `own user, root and admins may command, and only the first two may take over`() {
        let admission = ControlAdmission(ownUserID: 990, adminUserIDs: [991])
        for (user, mayCommand, mayTakeOver) in [
            (990, true, true), (0, true, true), (991, true, false), (992, false, false),
        ] as [(UInt32, Bool, Bool)] {
            #expect(admission.admits(user) == mayCommand)
            #expect(admission.mayTakeOver(user) == mayTakeOver)
        }
        #expect(admission.socketMode == 0o660)
        #expect(ControlAdmission(ownUserID: 990, adminUserIDs: []).socketMode == 0o600)
    }

    @Test func `an answer to HEAD has the length and not the body`() {
        let answer = ControlAnswer.refusal(405, "No.")
        let text = String(decoding: answer.bytes(isHead: true), as: UTF8.self)
        #expect(text.contains("HTTP/1.1 405 Method Not Allowed\r\n"))
        #expect(text.contains("Content-Length: \(answer.body.utf8.count)\r\n"))
        #expect(text.hasSuffix("\r\n\r\n"))
        #expect(answer.body == "{\"detail\":\"No.\"}\n")
    }
}
