import Settings
import Testing

@testable import GatewayServer

@Suite struct ActivatedSocketsTests {
    private func sockets(_ variables: [String: String]) throws -> [ActivatedSockets.Socket] {
        try ActivatedSockets(environment: Environment(variables), processID: 40).sockets
    }

    @Test func `sockets are numbered from 3 and named in order`() throws {
        let variables = ["LISTEN_FDS": "3", "LISTEN_PID": "40", "LISTEN_FDNAMES": "local:unknown:tls"]
        #expect(
            try sockets(variables) == [
                .init(descriptor: 3, door: .local), .init(descriptor: 4, door: nil), .init(descriptor: 5, door: .tls),
            ])
    }

    @Test func `names may be missing`() throws {
        #expect(try sockets(["LISTEN_FDS": "1", "LISTEN_PID": "40"]) == [.init(descriptor: 3, door: nil)])
    }

    @Test(arguments: [["LISTEN_FDS": "1", "LISTEN_PID": "41"], ["LISTEN_FDS": "1"], ["LISTEN_PID": "40"], [:]])
    func `what was meant for another process is none of ours`(variables: [String: String]) throws {
        #expect(try sockets(variables) == [])
    }

    @Test(arguments: ["-1", "x", "100000"]) func `nonsense is refused`(count: String) {
        #expect(throws: StartError.self) { try sockets(["LISTEN_FDS": count, "LISTEN_PID": "40"]) }
    }

    @Test func `a handover's marks say door and origin, and nothing else is one`() {
        var known = 0
        for byte in UInt8.min...UInt8.max {
            guard let mark = HandoverMark(byte) else { continue }
            #expect(mark.byte == byte)
            known += 1
        }
        #expect(known == 4)
    }
}
