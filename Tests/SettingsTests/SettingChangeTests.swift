import Settings
import Testing

@Suite struct SettingChangeTests {
    @Test func `nothing changes when nothing does, or only moves`() throws {
        let before = try Sample.gateway(environment: ["TUNERGATE_WORKERS": "2"])
        #expect(try Sample.gateway(file: "workers: 2").changes(from: before) == [])
    }

    @Test func `what differs is told, and what only a new process takes`() throws {
        let before = try Sample.gateway(file: "workers: 2\nlimits: {streams: 10}\nlog: {file: /a.log}")
        let now = try Sample.gateway(file: "workers: 3\nlimits: {streams: 20}\nadmin_uids: 7")
        #expect(
            now.changes(from: before).map(\.description) == [
                "workers: 2 -> 3 (needs a new process)", "admin_uids: none -> 7", "limits.streams: 10 -> 20",
                "log.file: /a.log -> none (needs a new process)",
            ])
    }

    /// What was opened at the start stays open as it is.
    @Test(arguments: [
        "state_dir", "runtime_dir", "public_url", "workers", "listen.tls", "listen.local", "log.level", "log.format",
        "log.file",
    ])
    func `these need a new process`(key: String) {
        #expect(Schema.settings.first { $0.key == key }?.effect == .restart)
    }

    @Test func `limits, certificates and the upstream do not`() {
        let live = Schema.settings.filter {
            $0.key.hasPrefix("limits.") || $0.key.hasPrefix("tls.") || $0.key.hasPrefix("drain.")
                || $0.key == "upstream"
        }
        #expect(live.count == 25)
        #expect(live.allSatisfy { $0.effect == .reload })
    }
}
