import Testing

@testable import GatewayServer

@Suite struct SuccessionTests {
    @Test func `only who got the sockets may say that it serves, once`() {
        var succession = Succession()
        #expect(succession.confirm(connection: 1) == nil)
        #expect(succession.begin(connection: 1, processID: 77, now: 0) == true)
        #expect(succession.confirm(connection: 2) == nil)
        #expect(succession.confirm(connection: 1) == 77)
        #expect(succession.confirm(connection: 1) == nil)
    }

    @Test func `the sockets are handed to one at a time`() {
        var succession = Succession()
        #expect(succession.begin(connection: 1, processID: 7, now: 0) == true)
        #expect(succession.begin(connection: 2, processID: 8, now: 0) == false)
        let wasSuccessor = succession.lose(connection: 1)
        #expect(wasSuccessor)
        #expect(succession.begin(connection: 2, processID: 8, now: 0) == true)
    }

    @Test func `a successor that does not serve in time is given up`() {
        var succession = Succession()
        _ = succession.begin(connection: 1, processID: 7, now: 0)
        #expect(succession.expire(now: Succession.takeoverMilliseconds - 1) == nil)
        #expect(succession.expire(now: Succession.takeoverMilliseconds) == 1)
        #expect(succession.confirm(connection: 1) == nil)
    }

    @Test func `an upgrade whose successor never asks is late, one that has asked is not`() {
        var succession = Succession()
        succession.call(connection: 1, childID: nil, now: 0)
        #expect(!succession.isUpgradeLate(now: Succession.startMilliseconds - 1))
        #expect(succession.isUpgradeLate(now: Succession.startMilliseconds))
        _ = succession.begin(connection: 2, processID: 7, now: 0)
        #expect(!succession.isUpgradeLate(now: Succession.startMilliseconds))
        #expect(succession.endUpgrade() == 1)
        #expect(succession.endUpgrade() == nil)
    }

    @Test func `who waited for the outcome and went away is not waited with`() {
        var succession = Succession()
        succession.call(connection: 1, childID: nil, now: 0)
        let wasSuccessor = succession.lose(connection: 1)
        #expect(!wasSuccessor)
        #expect(succession.upgrade == nil)
    }

    @Test func `a successor inherits the environment, but not what was meant for its predecessor`() {
        let variables = [
            "PATH": "/bin", "LISTEN_FDS": "2", "LISTEN_PID": "1", "LISTEN_FDNAMES": "tls:local", "NOTIFY_SOCKET": "/n",
        ]
        #expect(
            StartCircumstances.successorVariables(variables)
                == ["PATH": "/bin", "NOTIFY_SOCKET": "/n", "TUNERGATE_TAKEOVER": "1"])
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", 200, 4),
        ("HTTP/1.1 409 Conflict\r\ncontent-length:12\r\nX: y\r\n\r\nrest", 409, 12),
        ("HTTP/1.1 204 None\r\n\r\n", 204, 0),
    ])
    func `an answer's head tells status and length`(text: String, status: Int, length: Int) {
        let bytes = Array(text.utf8)
        let head = AnswerHead(bytes)
        #expect(head?.status == status)
        #expect(head?.bodyLength == length)
        let end = text.hasSuffix("rest") ? bytes.count - 4 : bytes.count
        #expect(head?.length == end)
        for count in 0..<end { #expect(AnswerHead(Array(bytes[..<count])) == nil) }
    }

    @Test(arguments: [
        "HTTP/1.0 200 OK\r\n\r\n", "200\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "\r\n\r\n",
    ])
    func `what is no answer is none`(text: String) {
        #expect(AnswerHead(Array(text.utf8)) == nil)
    }
}
