import HTTP1
import StrictnessTable
import Testing

/// The table of what other servers let through, held against the parsers.
@Suite struct StrictnessTests {
    @Test(arguments: StrictnessTable.rows)
    func `each row has its verdict, cut at any byte and at all of them`(row: StrictnessTable.Row) {
        let whole = Wire.verdict([row.bytes])
        #expect(whole.requests == row.requests)
        #expect(whole.refusal == row.refusal)
        #expect(Wire.verdict(row.bytes.map { [$0] }) == whole, "byte by byte")
        for cut in 0...row.bytes.count {
            let pieces = [Array(row.bytes[..<cut]), Array(row.bytes[cut...])]
            #expect(Wire.verdict(pieces) == whole, "cut at \(cut)")
        }
    }

    @Test(arguments: StrictnessTable.oversized)
    func `what is too large is refused, whole and in parts`(row: StrictnessTable.Row) {
        #expect(Wire.verdict([row.bytes]).refusal == row.refusal)
        let pieces = stride(from: 0, to: row.bytes.count, by: 1000).map { start in
            Array(row.bytes[start..<min(start + 1000, row.bytes.count)])
        }
        #expect(Wire.verdict(pieces).refusal == row.refusal)
    }

    @Test func `small chunks with small extensions are no waste`() {
        let chunks = String(repeating: "1;a=\"b\"\r\nx\r\n", count: 10_000)
        let request = "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n"
        #expect(Wire.verdict([Array(request.utf8)]).requests == 1)
    }
}
