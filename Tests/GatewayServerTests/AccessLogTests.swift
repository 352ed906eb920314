import Foundation
import NetworkAddress
import Testing

@testable import GatewayServer

@Suite struct AccessLogTests {
    private struct Line: Decodable {
        let timestamp: String
        let request_id: String
        let client: String
        let method: String
        let path: String
        let status: Int
        let bytes: Int
    }

    private func lines(_ body: (AccessLog) throws -> Void) throws -> [String] {
        let path = FileManager.default.temporaryDirectory.appending(path: "access-\(UUID()).log").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(try AccessLog(path: path))
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private func entry(_ target: String, status: Int = 200) throws -> AccessLog.Entry {
        var line: [UInt8] = []
        RequestLine.write(method: Array("GET".utf8).span, target: Array(target.utf8).span, to: &line)
        return AccessLog.Entry(
            id: Array("abc-1".utf8), client: try #require(IPAddress("203.0.113.9")), line: line, isHTTP2: true,
            status: status, sentBytes: 12, microseconds: 34)
    }

    @Test func `a request is a line of JSON, and what its query says is left out`() throws {
        let written = try lines { log in
            _ = log.add(try entry("/a\"b\\c?token=secret"), milliseconds: 1_700_000_000_045)
            #expect(log.write())
        }
        let line = try JSONDecoder().decode(Line.self, from: Data(try #require(written.first).utf8))
        #expect(written.count == 1)
        #expect(line.path == "/a\"b\\c")
        #expect(line.timestamp == "2023-11-14T22:13:20.045Z")
        #expect((line.request_id, line.client, line.method) == ("abc-1", "203.0.113.9", "GET"))
        #expect((line.status, line.bytes) == (200, 12))
        #expect(!written[0].contains("secret"))
    }

    @Test func `lines gather, and none is lost when the buffer is full`() throws {
        let count = 2_000
        let written = try lines { log in
            let same = try entry("/some/path")
            for _ in 0..<count { #expect(log.add(same, milliseconds: 0)) }
            #expect(log.write())
        }
        #expect(written.count == count)
    }

    @Test func `a path longer than any log line wants is cut, escapes and all`() throws {
        let written = try lines { log in
            let long = try entry("/" + String(repeating: "\"", count: 64 * 1024))
            #expect(log.add(long, milliseconds: 0))
            #expect(log.add(long, milliseconds: 0))
            #expect(log.write())
        }
        #expect(written.count == 2)
        let line = try JSONDecoder().decode(Line.self, from: Data(written[1].utf8))
        #expect(line.path.utf8.count == 16 * 1024)
    }

    @Test func `a file that takes nothing is told of`() throws {
        let log = try AccessLog(path: "/dev/full")
        _ = log.add(try entry("/"), milliseconds: 0)
        #expect(!log.write())
        #expect(log.isEmpty)
    }
}
