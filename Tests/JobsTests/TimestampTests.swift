import Jobs
import Testing

@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000000+00:00"),
            ("2026-11-23T21:41:35.901795+00:00", 1_795_470_095_901_795, "2026-11-23T21:41:35.901795+00:00"),
            ("2024-02-29T12:00:00.5Z", 1_709_208_000_500_000, "2024-02-29T12:00:00.500000+00:00"),
            ("2000-03-01T00:00:00.1234567Z", 951_868_800_123_456, "2000-03-01T00:00:00.123456+00:00"),
            ("2026-01-01T01:00:00+01:00", 1_767_225_600_000_000, "2026-01-01T00:00:00.000000+00:00"),
            ("2026-01-01 00:00:00", 1_767_225_600_000_000, "2026-01-01T00:00:00.000000+00:00"),
            ("1969-12-31T23:59:59.999999Z", -1, "1969-12-31T23:59:59.999999+00:00"),
        ] as [(String, Int64, String)])
    func `ISO 8601 is read and written`(text: String, microseconds: Int64, written: String) throws {
        let timestamp = try #require(Timestamp(iso8601: text))
        #expect(timestamp.microseconds == microseconds)
        #expect(timestamp.description == written)
    }

    @Test(arguments: ["", "2026", "2026-13-01T00:00:00Z", "2026-01-01T25:00:00Z", "2026-01-01T00:00:00.Z", "yesterday"])
    func `what is no time is refused`(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }
}
