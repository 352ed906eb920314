import Logging
import Testing

@testable import Telemetry

@Suite struct LogLineTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_399_999, "2000-02-28T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_705_314_600_000, "2024-01-15T10:30:00.000Z"),
        (4_107_542_399_001, "2100-02-28T23:59:59.001Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    ])
    func `times are written in UTC to the millisecond`(milliseconds: Int64, text: String) {
        #expect(LogTimestamp.text(milliseconds: milliseconds) == text)
    }

    @Test func `no value ends its string or its line`() {
        var line = JSONText()
        line.add("message", "a\"b\\c\nd\re\u{0}f\u{7f}g\u{2028}h\u{85}i")
        #expect(line.closed == #"{"message":"a\"b\\c\nd\re\u0000f\u007fg\u2028h\u0085i"}"#)
    }
}

@Suite struct PrometheusTextTests {
    @Test func `weakness 66: a family has its help and type before its samples, and no label ends its quotes`() {
        var text = PrometheusText()
        text.add(
            "up_total", .counter, help: "Two\nlines \\ and",
            [.init(3), .init(0.5, labels: [("a", "x\"y\\z\n"), ("b", "")])])
        text.add("nothing", .gauge, help: "Leaves no trace.", [])
        #expect(
            text.text == """
                # HELP up_total Two\\nlines \\\\ and
                # TYPE up_total counter
                up_total 3
                up_total{a="x\\"y\\\\z\\n",b=""} 0.5

                """)
    }

    @Test func `numbers that are no numbers have their own spelling`() {
        var text = PrometheusText()
        text.add("g", .gauge, help: "h", [.init(.infinity), .init(-.infinity), .init(.nan)])
        #expect(text.text.hasSuffix("g +Inf\ng -Inf\ng NaN\n"))
    }
}
