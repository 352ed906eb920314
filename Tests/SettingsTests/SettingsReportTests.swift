import FoundationEssentials
import Settings
import Testing

@Suite struct SettingsReportTests {
    @Test func `each setting is a line with its value and where that is from`() throws {
        let text = try Sample.report(
            file: "workers: 2\nadmin_uids: []",
            environment: ["TUNERGATE_LOCAL_LISTEN": "127.0.0.1:9", "REPLICATE_API_TOKEN": "r8_token"]
        ).text
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines.count == Schema.settings.count)
        #expect(lines.contains(["workers", "2", "/etc/tunergate.yaml:1:10"]))
        #expect(lines.contains(["admin_uids", "-", "/etc/tunergate.yaml:2:13"]))
        #expect(lines.contains(["listen.local", "127.0.0.1:9", "TUNERGATE_LOCAL_LISTEN"]))
        #expect(lines.contains(["replicate.token", "(secret)", "REPLICATE_API_TOKEN"]))
        #expect(lines.contains(["limits.streams", "100", "default"]))
        #expect(lines.contains(["tls.certificate", "-", "default"]))
        #expect(!text.contains("r8_token"))
    }

    @Test func `a variable that only looks like a setting is worth a warning`() throws {
        let report = try Sample.report(environment: [
            "TUNERGATE_WORKER": "2", "TUNERGATE_CONFIG": "/x", "TUNERGATE_SUPERVISED": "1", "TUNERGATE_MOON": "full",
            "TUNERGATE_UNSET": "", "OTHER": "1",
        ])
        #expect(
            report.warnings == [
                "TUNERGATE_MOON is set, but is no setting.",
                "TUNERGATE_WORKER is set, but is no setting. Did you mean TUNERGATE_WORKERS?",
            ])
    }

    /// The manual is a promise to its readers; `tunergate check --manual` writes it anew.
    @Test func `the manual is as it was agreed`() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let agreed = try String(contentsOf: tests.appending(path: "Fixtures/settings_manual.txt"), encoding: .utf8)
        #expect(Schema.manual == agreed)
    }

    @Test func `every setting is explained in a sentence`() {
        for setting in Schema.settings {
            #expect(setting.meaning.hasSuffix(".") && !setting.meaning.hasSuffix(".."), "\(setting.key)")
            #expect(setting.meaning.count > 20 && setting.meaning.first?.isUppercase == true, "\(setting.key)")
        }
    }
}
